import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import type { LabelMatcher, Silence } from '@pneumograph/contract';
import { ask, reaching, type Target } from './client.js';

interface Add extends Target {
  readonly for: string;
  readonly comment: string;
  readonly author: string;
}

/** `pneumograph silences list|add|expire` */
export function addSilencesCommand(program: Command): void {
  const command = program.command('silences').description('keep notifications of alerts back for a while');

  reaching(command.command('list').description('list those in force, to come, and over lately')).action(
    async (target: Target) => {
      const { silences } = await ask<{ silences: Silence[] }>(target, '/api/v1/silences');
      for (const { id, state, endsAt, author, matchers, comment } of silences) {
        console.log([id, state, `until ${endsAt}`, author, matchers.map(written).join(' '), comment].join('\t'));
      }
    }
  );

  reaching(command.command('add'))
    .description('silence the alerts that all matchers fit')
    .argument('<matcher...>', 'such as model=lstm, monitor=price-*, severity!=critical', matcher)
    .requiredOption('--for <duration>', 'for how long, such as 2h')
    .requiredOption('--comment <text>', 'why')
    .option('--author <name>', 'who asks, where no token says so', userInfo().username)
    .action(async (matchers: LabelMatcher[], { for: lasts, comment, author, ...target }: Add) => {
      const body = { matchers, for: lasts, comment, author };
      const { id, endsAt } = await ask<Silence>(target, '/api/v1/silences', { method: 'POST', body });
      console.log(`${id}\tuntil ${endsAt}`);
    });

  reaching(command.command('expire'))
    .description('end a silence now')
    .argument('<id>', 'as listed')
    .action(async (id: string, target: Target) => {
      await ask(target, `/api/v1/silences/${encodeURIComponent(id)}`, { method: 'DELETE' });
      console.log(`${id} is over`);
    });
}

function matcher(text: string, before: LabelMatcher[] = []): LabelMatcher[] {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(!?)=(.*)$/s.exec(text);
  if (found === null) {
    throw new InvalidArgumentError('expected label=value or label!=value, where stars stand for anything');
  }
  const [, label = '', not, value = ''] = found;
  return [...before, { label, value, ...(not === '!' ? { not: true } : {}) }];
}

function written({ label, value, not }: LabelMatcher): string {
  return `${label}${not === true ? '!=' : '='}${value}`;
}
