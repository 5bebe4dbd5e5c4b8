// SPDX-License-Identifier: Apache-2.0

/**
 * Prints with the console of the process while what the arguments name, in that order, makes records of it: `theirs` (the official
 * instrumentation), `ours`, `api-logs` (our bridge to the 3.x line). Writes what arrived as JSON to stderr.
 */
import { bridgeApiLogs } from '@logferry/bridge-api-logs';
import { bridgeConsole } from '@logferry/bridge-console';
import * as older from '@logferry-test/sdk-0.2xx';
import { captureDiagnostics, collectingProcessor } from '@logferry-test/support';
import { logs } from '@opentelemetry/api';
import { ConsoleInstrumentation } from '@opentelemetry/instrumentation-console';

import { SDK_LINES } from '../src/sdk-lines.ts';

const [lineName, what, ...makers] = process.argv.slice(2);
const line = SDK_LINES.find(({ name }) => name === lineName);
if (line === undefined) throw new Error(`no line is called ${lineName}`);

const diagnostics = captureDiagnostics();
let prints = 0;
const { records, processor } = collectingProcessor({
  onEmit() {
    // An exporter that tells later what it did. It stops in the end, which a real one would not.
    if (what === 'exporter' && prints < 20) setTimeout(() => console.log(`exported ${(prints += 1)}`), 1);
  },
});
const provider = line.openProvider(processor, {});
if (line.name === '3.x') logs.setGlobalLoggerProvider(provider as never);
else older.logs.setGlobalLoggerProvider(provider as never);

const undo: (() => void)[] = [];
for (const maker of makers) {
  if (maker === 'api-logs') bridgeApiLogs();
  else if (maker === 'ours') {
    const bridge = bridgeConsole({ name: 'ours' });
    undo.unshift(() => bridge.restore());
  } else {
    const official = new ConsoleInstrumentation();
    undo.unshift(() => official.disable());
  }
}

if (what === 'exporter') {
  console.log('one');
  await new Promise((resolve) => setTimeout(resolve, 500));
} else {
  console.log('order %s', 'accepted', { order: { id: 42 } });
  console.group('inside');
  console.error('payment failed', new RangeError('declined', { cause: new Error('limit reached') }));
  console.groupEnd();
  for (const restore of undo) restore();
  console.log('not this');
}
diagnostics.stop();
const arrived = records.map(({ scope, body, severityNumber, attributes }) => ({
  scope,
  body,
  severityNumber,
  attributes,
}));
process.stderr.write(`\u0000${JSON.stringify({ records: arrived, said: diagnostics.messages })}`);
