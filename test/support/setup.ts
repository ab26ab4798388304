import fc from 'fast-check';

// The same cases in every run, so that a red build can be repeated; FUZZ_SEED looks for new ones.
fc.configureGlobal({ seed: Number(process.env['FUZZ_SEED'] ?? '20260101') });
