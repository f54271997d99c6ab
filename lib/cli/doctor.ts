import { selfCheck } from '../self-check.ts';
import { type Command, EXIT } from './command.ts';
import { jsonLine, printable } from './printable.ts';

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--json]',
  summary: 'say what is installed and works, what is missing, and what brings it',
  options: { json: { type: 'boolean', says: 'one JSON object a line, one per check' } },

  async run(args, io) {
    const checks = await selfCheck(io.env);
    for (const check of checks) {
      const { ok, says, hint } = check;
      if (args.flag('json')) io.out(jsonLine(check));
      else
        io.out(
          printable(`${ok ? 'works  ' : 'missing'}  ${check.check}: ${says}`) + (hint ? `\n           ${hint}` : ''),
        );
    }
    return checks.every(({ ok }) => ok) ? EXIT.published : EXIT.failed;
  },
};
