/** The canned AWS in a process of its own, so that what it costs is not on the bill of who calls it. */
import { keysSecret } from './callback-keys.ts';
import { startCannedAws } from './canned-aws.ts';
import type { Certificate } from './certificate.ts';

const aws = await startCannedAws({ tls: JSON.parse(process.env['TLS'] ?? '') as Certificate, secret: keysSecret });
process.send?.(aws.endpoint);
process.on('disconnect', () => process.exit());
