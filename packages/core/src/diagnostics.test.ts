// SPDX-License-Identifier: Apache-2.0
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';

import { Diagnostics } from './index.ts';
import { ManualClock } from './testing/index.ts';

afterEach(() => diag.disable());

function listen(): string[] {
  const said: string[] = [];
  const at = (level: string) => (message: string) => void said.push(`${level} ${message}`);
  diag.setLogger(
    { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), verbose: at('verbose') },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
  return said;
}

test('a diagnostic is loud the first time, then held back and counted for the interval', async () => {
  const said = listen();
  const clock = new ManualClock();
  const diagnostics = new Diagnostics('@logferry/test', clock, 1000);
  for (let i = 0; i < 5; i++) diagnostics.error('drop', 'records dropped');
  diagnostics.warn('other', 'something else');
  await clock.advance(999);
  diagnostics.error('drop', 'records dropped');
  await clock.advance(1);
  diagnostics.error('drop', 'records dropped');
  await clock.advance(1000);
  diagnostics.error('drop', 'records dropped');
  expect(said).toEqual([
    'error @logferry/test: records dropped',
    'warn @logferry/test: something else',
    'error @logferry/test: records dropped (and 5 times since it was last said)',
    'error @logferry/test: records dropped',
  ]);
});

test('a diag logger that throws does not throw into the component', () => {
  const fail = (): never => {
    throw new Error('logger broken');
  };
  diag.setLogger(
    { error: fail, warn: fail, info: fail, debug: fail, verbose: fail },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  expect(() => new Diagnostics('test').error('key', 'message')).not.toThrow();
});

test('remembered keys are bounded: a flood of new ones forgets the oldest', () => {
  const said = listen();
  const diagnostics = new Diagnostics('test', new ManualClock(), 1000);
  for (let i = 0; i < 300; i++) diagnostics.info(`key ${i}`, 'm');
  diagnostics.info('key 299', 'm');
  expect(said).toHaveLength(300);
  diagnostics.info('key 0', 'm');
  expect(said).toHaveLength(301);
});
