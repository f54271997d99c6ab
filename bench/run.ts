// `npm run bench -- pdf [options]`: the bench of a format, with its peers in the same run.

const [name = '', ...args] = process.argv.slice(2);

switch (name) {
  case 'pdf': {
    const { benchPdf } = await import('./pdf/run.ts');
    await benchPdf(args);
    break;
  }
  case 'office': {
    const { benchOffice } = await import('./office/run.ts');
    await benchOffice(args);
    break;
  }
  default:
    process.stderr.write('usage: npm run bench -- pdf [--json] [--runs N] [--without-peers] [--large]\n');
    process.stderr.write('       npm run bench -- office [--megabytes N], or with SPOORLOOS_BENCH_OFFICE=FOLDER\n');
    process.exitCode = 2;
}
