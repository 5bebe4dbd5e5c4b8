// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import {
  consoleBodies,
  expectedBodies,
  linesOf,
  receivedBodies,
  receiver,
  type Run,
  runApplication,
} from './application.ts';

const REGISTER = '@logferry/config/register';

const ENDS = [
  ['return', 0],
  ['exit', 7],
  ['exception', 1],
  ['SIGTERM', 'SIGTERM'],
] as const;

const FORMS: readonly (readonly [string, Pick<Run, 'module' | 'preload'>])[] = [
  ['an ES module with --import', { module: 'mjs', preload: ['--import', REGISTER] }],
  ['CommonJS with --require', { module: 'cjs', preload: ['--require', REGISTER] }],
];

/** Both the console and OTLP, so that one process shows what each of them got. */
const BOTH = {
  OTEL_LOGS_EXPORTER: 'console,otlp',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  // A busy machine takes long to start a thread.
  LOGFERRY_FLUSH_ON_TIMEOUT: '60000',
};

describe.each(['0.2xx', '3.x'] as const)('an application on the line %s', (line) => {
  describe.each(FORMS)('that is %s', (_, form) => {
    describe.each([
      ['alone', false],
      ['with a NodeSDK', true],
    ])('%s', (__, nodeSdk) => {
      it('loses no record, however it ends', async () => {
        await Promise.all(
          ENDS.map(async ([end, ended]) => {
            const otlp = await receiver();
            const variables = { ...BOTH, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: otlp.endpoint };
            const outcome = await runApplication({ line, ...form, end, nodeSdk, variables });
            const seen = {
              end,
              console: consoleBodies(outcome.stdout),
              otlp: receivedBodies(otlp),
              ended: outcome.ended,
            };
            expect(seen).toEqual({ end, console: expectedBodies(), otlp: expectedBodies(), ended });
            const said = linesOf(outcome.stderr, 'logferry:');
            // The older line lets nobody know of a second provider.
            const isSecond = nodeSdk && line === '3.x';
            expect(said).toEqual(
              isSecond ? [expect.stringContaining('another LoggerProvider was set up, by a NodeSDK or')] : [],
            );
            if (end !== 'exception' && !nodeSdk) expect(outcome.stderr).toBe('');
          }),
        );
      });
    });
  });
});
