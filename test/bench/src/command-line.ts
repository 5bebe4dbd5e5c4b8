// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

import type { Scale } from './harness/scenario.ts';

export type Command =
  | { readonly kind: 'measure'; readonly scale: Scale; readonly scenarios: readonly string[]; readonly write: boolean }
  | { readonly kind: 'profile'; readonly target: string }
  | { readonly kind: 'report' }
  | { readonly kind: 'help' };

export const USAGE = `pnpm bench                     every scenario; rewrites README.md, docs/bench and test/bench/results.json after each
pnpm bench --scenario NAME     one scenario (may be repeated); prints, writes nothing
pnpm bench --scenario NAME --write   the same, and rewrites what was written of it before
pnpm bench --short             everything once and small: shows that all of it runs and arrives; writes nothing
pnpm bench --profile NAME      CPU profile of SCENARIO or SCENARIO/CASE/CONTESTANT: a .cpuprofile and its summary
pnpm bench --report            rewrites README.md and docs/bench from test/bench/results.json`;

/** @throws TypeError for an option that there is not. */
export function parseCommandLine(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      short: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true, default: [] },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  if (values.report) return { kind: 'report' };
  if (values.profile !== undefined) return { kind: 'profile', target: values.profile };
  if (values.short && values.write)
    throw new TypeError('--write needs figures, and --short has none that mean anything');
  const write = values.write || (values.scenario.length === 0 && !values.short);
  return { kind: 'measure', scale: values.short ? 'short' : 'full', scenarios: values.scenario, write };
}
