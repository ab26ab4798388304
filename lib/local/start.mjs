// Plain JavaScript for any Node: an old one must be told so before it meets what it can't read.
const neededMajor = 24;

if (Number(process.versions.node.split('.')[0]) < neededMajor) {
  process.stderr.write(
    `Node ${neededMajor} is needed and this is ${process.versions.node}: run "npm ci", which brings one, then "npm start"\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('./main.ts');
  process.exitCode = await main({
    argv: process.argv.slice(2),
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (listener) => {
      let isSecond = false;
      const interrupt = () => {
        // Whoever asks twice does not want to wait.
        if (isSecond) process.exit(130);
        isSecond = true;
        listener();
      };
      process.on('SIGINT', interrupt);
      process.on('SIGTERM', interrupt);
      return () => {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
      };
    },
  });
}
