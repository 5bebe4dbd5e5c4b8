// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { CaptureStream } from '../fixtures/capture-stream.ts';
import { ConsoleLogRecordExporter } from './index.ts';
import { testRecord } from '@logferry/core/testing';

async function isColoured(isTTY: boolean, environment: Record<string, string>, colour?: boolean): Promise<boolean> {
  const stdout = new CaptureStream(isTTY);
  const exporter = new ConsoleLogRecordExporter({
    format: 'pretty',
    stdout,
    environment,
    ...(colour === undefined ? {} : { colour }),
  });
  exporter.export([testRecord()], () => {});
  await exporter.shutdown();
  return stdout.text.includes('\u001b[');
}

test.each<[string, boolean, Record<string, string>, boolean | undefined, boolean]>([
  ['a terminal', true, { TERM: 'xterm' }, undefined, true],
  ['a pipe', false, { TERM: 'xterm' }, undefined, false],
  ['the option before NO_COLOR', false, { NO_COLOR: '1' }, true, true],
  ['the option before FORCE_COLOR', true, { FORCE_COLOR: '1' }, false, false],
  ['NO_COLOR before FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, undefined, false],
  ['an empty NO_COLOR, which counts as unset', true, { NO_COLOR: '' }, undefined, true],
  ['FORCE_COLOR before the pipe', false, { FORCE_COLOR: '1' }, undefined, true],
  ['FORCE_COLOR before TERM and CI', true, { FORCE_COLOR: '3', TERM: 'dumb', CI: 'true' }, undefined, true],
  ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, undefined, false],
  ['FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, undefined, false],
  ['an empty FORCE_COLOR, which counts as unset', false, { FORCE_COLOR: '' }, undefined, false],
  ['a dumb terminal', true, { TERM: 'dumb' }, undefined, false],
  ['a build job with a terminal', true, { CI: 'true' }, undefined, false],
  ['CI=false', true, { CI: 'false' }, undefined, true],
])('colour is decided by %s', async (_name, isTTY, environment, colour, expected) => {
  expect(await isColoured(isTTY, environment, colour)).toBe(expected);
});

test('format and colour are decided for each stream by itself', async () => {
  const stdout = new CaptureStream();
  const stderr = new CaptureStream(true);
  const exporter = new ConsoleLogRecordExporter({ stdout, stderr, stderrMinSeverity: 13, environment: {} });
  exporter.export([testRecord(), testRecord({ severityNumber: 13, severityText: 'WARN' })], () => {});
  await exporter.shutdown();
  expect(stdout.text).toBe(
    '{"time":"2026-01-01T00:00:00.123456789Z","severity":"INFO","severityNumber":9,"scope":"orders","body":"order accepted"}\n',
  );
  expect(stderr.text).toBe(
    '\u001b[2m00:00:00.123Z\u001b[0m \u001b[33mWARN \u001b[0m \u001b[36morders\u001b[0m order accepted\n',
  );
});
