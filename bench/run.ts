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
  case 'cost': {
    const { benchCost } = await import('./cost/run.ts');
    await benchCost();
    break;
  }
  case 'replay': {
    const { benchReplay } = await import('./replay/run.ts');
    await benchReplay(args);
    break;
  }
  case 'cases': {
    const { benchCases } = await import('./cases/run.ts');
    await benchCases(args);
    break;
  }
  default:
    process.stderr.write('usage: npm run bench -- pdf [--json] [--runs N] [--without-peers] [--large]\n');
    process.stderr.write('       npm run bench -- office [--megabytes N], or with SPOORLOOS_BENCH_OFFICE=FOLDER\n');
    process.stderr.write('       npm run bench -- cost, with SPOORLOOS_BENCH_COST=FOLDER of documents like yours\n');
    process.stderr.write('       npm run bench -- replay [--keys N] [--mode audit|enforce] [--kill]\n');
    process.stderr.write('       npm run bench -- cases [--cases N] [--days N] [--runs N]\n');
    process.exitCode = 2;
}
