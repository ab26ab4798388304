import { writeFileSync } from 'node:fs';
import { prepareBench } from './harness/prepare-bench.ts';
import { callbackEnvironment } from './harness/sample-callbacks.ts';
const bench = await prepareBench();
const env = { ...callbackEnvironment(bench.endpoint), NODE_EXTRA_CA_CERTS: `${bench.dir}/authority.pem` };
writeFileSync('/tmp/proto/env.sh', Object.entries(env).map(([k,v])=>`export ${k}='${v}'`).join('\n')+`\nexport B=${bench.dir}\n`);
setInterval(()=>{}, 1000);
process.on('SIGTERM', async () => { await bench[Symbol.asyncDispose](); process.exit(); });
