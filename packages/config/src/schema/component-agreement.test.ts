// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isLogferryError } from '@logferry/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { LogPipelineOptions } from '../options.ts';
import { createLogPipeline } from '../pipeline/log-pipeline.ts';
import { DESTINATION_KEYS } from './components.ts';
import { FINGERS_CROSSED, RATE_LIMIT, SAMPLING } from './fan-out-sections.ts';
import { LOGFERRY_CONSOLE, ROTATING_FILE } from './file-sections.ts';
import { PIPELINE_OPTIONS } from './file-schema.ts';
import { LOGFERRY_GRPC, LOGFERRY_HTTP } from './otlp-sections.ts';
import { QUEUE_KEYS } from './queue-section.ts';
import { REDACTION_OPTIONS } from './redaction-section.ts';
import type { Key, Shape } from './shape.ts';
import { WORKER } from './worker-section.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'logferry-agreement-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Keys = Readonly<Record<string, Key>>;

function keysOf(shape: Shape | undefined): Keys {
  if (shape?.kind !== 'section') throw new Error('no section');
  return shape.keys;
}

/** Where options stand in a pipeline, what must stand beside them, and `file#type` of the source that documents their defaults. */
interface Place {
  readonly name: string;
  readonly keys: Keys;
  readonly source: string;
  readonly build: (options: object) => LogPipelineOptions;
}

const CONSOLE = { type: 'console', format: 'json' } as const;

function destination(name: string, keys: Keys, source: string, make: (options: object) => object): Place {
  return {
    name,
    keys,
    source,
    build: (options) => ({ environment: {}, destinations: { a: make(options) } }),
  };
}

const PLACES: readonly Place[] = [
  destination('queue', QUEUE_KEYS, 'processor-batch/src/batching-options.ts#BatchingProcessorOptions', (queue) => ({
    queue,
    exporter: CONSOLE,
  })),
  destination('sampling', SAMPLING.keys, 'processor-fanout/src/sampling.ts#SamplingOptions', (sampling) => ({
    sampling: { ratio: 1, ...sampling },
    exporter: CONSOLE,
  })),
  destination('rateLimit', RATE_LIMIT.keys, 'processor-fanout/src/rate-limit.ts#RateLimitOptions', (rateLimit) => ({
    rateLimit: { perSecond: 1, ...rateLimit },
    exporter: CONSOLE,
  })),
  destination(
    'fingersCrossed',
    FINGERS_CROSSED.keys,
    'processor-fanout/src/fingers-crossed.ts#FingersCrossedOptions',
    (fingersCrossed) => ({
      fingersCrossed,
      exporter: CONSOLE,
    }),
  ),
  destination(
    'redaction',
    REDACTION_OPTIONS,
    'processor-anonymize/src/anonymizer-options.ts#AnonymizerOptions',
    (redaction) => ({
      redaction,
      exporter: CONSOLE,
    }),
  ),
  destination(
    'otlp-grpc',
    LOGFERRY_GRPC.keys,
    'otlp-exporter-base/src/shared-options.ts#SharedExporterOptions',
    (options) => ({
      exporter: { type: 'otlp-grpc', ...options },
    }),
  ),
  destination(
    'keepalive',
    keysOf(LOGFERRY_GRPC.keys['keepalive']?.shape),
    'exporter-otlp-grpc/src/options.ts#KeepaliveOptions',
    (keepalive) => ({
      exporter: { type: 'otlp-grpc', keepalive: { intervalMillis: 1000, ...keepalive } },
    }),
  ),
  destination(
    'tls',
    keysOf(LOGFERRY_GRPC.keys['tls']?.shape),
    'otlp-exporter-base/src/shared-options.ts#TlsOptions',
    (tls) => ({
      exporter: { type: 'otlp-grpc', endpoint: 'https://localhost:1', tls },
    }),
  ),
  destination(
    'retry',
    keysOf(LOGFERRY_GRPC.keys['retry']?.shape),
    'otlp-exporter-base/src/shared-options.ts#RetryOptions',
    (retry) => ({
      exporter: {
        type: 'otlp-grpc',
        retry: { ...('maxBackoffMillis' in retry ? { initialBackoffMillis: 1 } : {}), ...retry },
      },
    }),
  ),
  destination(
    'otlp-http',
    LOGFERRY_HTTP.keys,
    'exporter-otlp-http/src/options.ts#OtlpHttpLogRecordExporterOptions',
    (options) => ({
      exporter: { type: 'otlp-http', ...options },
    }),
  ),
  destination(
    'console',
    LOGFERRY_CONSOLE.keys,
    'exporter-console/src/options.ts#ConsoleLogRecordExporterOptions',
    (options) => ({
      exporter: { type: 'console', ...options },
    }),
  ),
  destination('rotating-file', ROTATING_FILE.keys, 'exporter-file/src/options.ts#RotatingFileOptions', (options) => ({
    exporter: {
      type: 'rotating-file',
      path: join(directory, 'a.jsonl'),
      ...('maxTotalBytes' in options ? { maxFileBytes: 1 } : {}),
      ...('output' in options && options.output === 'stdout' ? { path: undefined } : {}),
      ...options,
    },
  })),
  destination('worker', WORKER.keys, 'exporter-worker/src/options.ts#WorkerOptions', (worker) => ({
    exporter: { type: 'otlp-http' },
    worker: { ...('maxRestartDelayMillis' in worker ? { initialRestartDelayMillis: 0 } : {}), ...worker },
  })),
  {
    name: 'pipeline',
    keys: PIPELINE_OPTIONS,
    source: 'config/src/options.ts#LogPipelineOptions',
    build: (options) => ({ environment: {}, destinations: { a: { exporter: CONSOLE } }, ...options }),
  },
];

/** Whether the components take the options; anything but a refusal of this option is a mistake of the test. */
async function isTaken({ build }: Place, option: string, content: unknown): Promise<boolean> {
  try {
    await createLogPipeline(build({ [option]: content })).shutdown();
    return true;
  } catch (error) {
    if (isLogferryError(error) && error.code === 'INVALID_OPTION' && error.message.includes(option)) return false;
    throw error;
  }
}

// Where more is asked of a value than a bound: the bits that a mode must have.
const BEYOND_BOUNDS = new Set(['fileMode', 'directoryMode']);

describe.each(PLACES)('the options of $name', (place) => {
  const numbers = Object.entries(place.keys).flatMap(([option, { shape }]) =>
    shape.kind === 'integer' || shape.kind === 'number' ? [{ option, shape }] : [],
  );
  const checked = numbers.filter(({ option }) => !BEYOND_BOUNDS.has(option));
  const step = (shape: Shape): number => (shape.kind === 'integer' ? 1 : 0.001);

  if (checked.length > 0)
    test('have the bounds that files are checked by', async () => {
      for (const { option, shape } of checked) {
        const { min, max } = shape;
        const isAbove = shape.kind === 'number' && shape.isAboveMin === true;
        expect(await isTaken(place, option, isAbove ? min + step(shape) : min), `${option} ${min}`).toBe(true);
        expect(await isTaken(place, option, isAbove ? min : min - step(shape)), `${option} below ${min}`).toBe(false);
        if (max !== undefined) {
          expect(await isTaken(place, option, max), `${option} ${max}`).toBe(true);
          expect(await isTaken(place, option, max + step(shape)), `${option} above ${max}`).toBe(false);
        }
        const mayBeUnlimited = shape.kind === 'integer' && shape.mayBeUnlimited === true;
        expect(await isTaken(place, option, Infinity), `${option} Infinity`).toBe(mayBeUnlimited);
      }
    });

  const choices = Object.entries(place.keys).flatMap(([option, { shape }]) =>
    shape.kind === 'choice' && option !== 'protocol' && option !== 'compression'
      ? [{ option, words: shape.words }]
      : [],
  );
  if (choices.length > 0)
    test('take the words that files may have, and no other', async () => {
      for (const { option, words } of choices) {
        for (const word of words) expect(await isTaken(place, option, word), `${option} ${word}`).toBe(true);
        expect(await isTaken(place, option, 'something-else'), option).toBe(false);
      }
    });

  test('have the defaults that are told', () => {
    const documented = documentedDefaults(place.source);
    const told = Object.entries(place.keys).filter(([option]) => documented.has(option));
    expect(told.length).toBeGreaterThan(0);
    for (const [option, { default: content, shape }] of told) {
      if (content === undefined || (typeof content === 'string' && shape.kind !== 'choice' && content !== 'unlimited'))
        continue;
      if (option === 'protocol') continue;
      expect(documented.get(option), option).toContain(content === 'unlimited' ? 'Infinity' : String(content));
    }
  });
});

test('each key of a destination has a word about it', () => {
  for (const { about } of Object.values(DESTINATION_KEYS)) expect(about).toMatch(/^[A-Z].*\.$/);
});

/** What stands behind "Default:" in the documentation of each option of a source, numbers written out. */
function documentedDefaults(source: string): ReadonlyMap<string, string> {
  const [file = '', type = ''] = source.split('#');
  const whole = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const start = whole.indexOf(`interface ${type} `);
  const text = whole.slice(start, whole.indexOf('\n}', start));
  const defaults = new Map<string, string>();
  for (const [, comment = '', option = ''] of text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+readonly (\w+)\??:/g)) {
    const stated = /Default:([^]*)$/.exec(comment.replaceAll(/\n\s*\*/g, ' '))?.[1];
    if (stated === undefined) continue;
    const plain = stated
      .replaceAll(/(\d),(?=\d{3})/g, '$1')
      .replaceAll(/0o[0-7]+/g, (octal) => String(Number(octal)))
      .replaceAll(/(\d+) MiB/g, (_, count: string) => String(Number(count) * 1_048_576));
    defaults.set(option, plain);
  }
  return defaults;
}
