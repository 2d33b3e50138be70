import { Option, type Command } from 'commander';
import { ROLES, Tokens, type Role } from '../api/index.js';
import { loadConfiguration } from '../config/index.js';

const DEFAULT_FILE = 'data/tokens.json';

/** `pneumograph token create|list|revoke` */
export function addTokenCommand(program: Command): void {
  const command = program.command('token').description('manage access tokens');
  const sub = (name: string): Command =>
    command
      .command(name)
      .option('-c, --config <file>', `configuration whose access.tokens names the file; without it ${DEFAULT_FILE}`);

  sub('create')
    .description('make a token and show it once')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('viewer'))
    .action(async (name: string, { config, role }: { config?: string; role: Role }) => {
      console.log(await (await tokensOf(config)).create(name, role));
    });

  sub('list')
    .description('list the tokens')
    .action(async ({ config }: { config?: string }) => {
      for (const { name, role, created } of await (await tokensOf(config)).list()) {
        console.log(`${name}\t${role}\t${created}`);
      }
    });

  sub('revoke')
    .description('make a token useless')
    .argument('<name>', 'its name')
    .action(async (name: string, { config }: { config?: string }) => {
      if (!(await (await tokensOf(config)).revoke(name))) {
        throw new Error(`token ${name}: expected a known name, found none (see pneumograph token list)`);
      }
    });
}

async function tokensOf(config: string | undefined): Promise<Tokens> {
  const configured = config === undefined ? undefined : (await loadConfiguration(config)).access.tokens;
  return new Tokens(configured ?? DEFAULT_FILE);
}
