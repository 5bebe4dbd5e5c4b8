// SPDX-License-Identifier: Apache-2.0
import process from 'node:process';
import type { Writable } from 'node:stream';

import { booleanOption, choiceOption, type Clock, integerOption, invalidOption, systemClock } from '@logferry/core';

import { isTerminal, usesColour } from './colour.ts';

const HIGHEST_SEVERITY = 24;

export interface ConsoleLogRecordExporterOptions {
  /**
   * `pretty`: one readable line per record; `json`: one line of JSON per record; `auto`: for each stream `pretty` when it
   * is a terminal, otherwise `json`. Default: `auto`.
   */
  readonly format?: 'auto' | 'pretty' | 'json';

  /**
   * Whether pretty lines are coloured. Default: for each stream, the first of these that speaks: NO_COLOR, FORCE_COLOR,
   * the stream is no terminal, TERM=dumb, CI.
   */
  readonly colour?: boolean;

  /** Zone of the time of day in pretty lines: `utc` is marked with a `Z`. JSON lines are always UTC. Default: `utc`. */
  readonly timeZone?: 'utc' | 'local';

  /** Records of this severity number (1 to 24) and above go to stderr; 13 is WARN. Default: none do. */
  readonly stderrMinSeverity?: number;

  /** Whether JSON lines end with the attributes of the resource. Default: false. */
  readonly includeResource?: boolean;

  /**
   * Most bytes that one record takes, with its stack; what is beyond is cut and the line says so. At least 4096. Default:
   * 65536.
   */
  readonly maxRecordBytes?: number;

  /**
   * How long `export`, `forceFlush` and `shutdown` wait for a stream that takes nothing, and `export` for attributes of the
   * resource, in milliseconds; Infinity waits for ever. Default: 30000.
   */
  readonly writeTimeoutMillis?: number;

  /**
   * Most bytes that wait for a slow stream, over all calls; records beyond are refused at once and reported as failed.
   * At least 65536. Default: 67108864 (64 MiB).
   */
  readonly maxPendingBytes?: number;

  /** Default: `process.stdout`. The exporter never ends a stream. */
  readonly stdout?: Writable;

  /** Default: `process.stderr`. */
  readonly stderr?: Writable;

  /** Where NO_COLOR, FORCE_COLOR, TERM and CI are read, once. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;

  /** Source of the time for `writeTimeoutMillis`. Default: the system's. */
  readonly clock?: Clock;
}

/** How records are written to one stream. */
export interface StreamFormat {
  readonly isPretty: boolean;
  readonly hasColour: boolean;
}

/** One destination of lines. */
interface StreamTarget extends StreamFormat {
  readonly stream: Writable;
}

export interface ResolvedOptions {
  readonly stdout: StreamTarget;
  /** Undefined when nothing goes there: then `process.stderr` is not even opened. */
  readonly stderr: StreamTarget | undefined;
  /** Infinity when nothing goes to stderr. */
  readonly stderrMinSeverity: number;
  readonly timeZone: 'utc' | 'local';
  readonly includeResource: boolean;
  readonly maxRecordBytes: number;
  readonly writeTimeoutMillis: number;
  readonly maxPendingBytes: number;
  readonly clock: Clock;
}

/** @throws LogferryError `INVALID_OPTION`. */
export function resolveOptions(options: ConsoleLogRecordExporterOptions): ResolvedOptions {
  const format = choiceOption('format', options.format, 'auto', ['auto', 'pretty', 'json']);
  const colour = options.colour === undefined ? undefined : booleanOption('colour', options.colour, false);
  const environment = options.environment ?? process.env;
  const target = (name: string, stream: Writable): StreamTarget => {
    if (typeof stream?.write !== 'function') throw invalidOption(name, stream, 'a writable stream');
    const terminal = isTerminal(stream);
    return {
      stream,
      isPretty: format === 'auto' ? terminal : format === 'pretty',
      hasColour: usesColour({ option: colour, environment, isTerminal: terminal }),
    };
  };
  const stderrMinSeverity =
    options.stderrMinSeverity === undefined
      ? Infinity
      : integerOption('stderrMinSeverity', options.stderrMinSeverity, 1, { min: 1, max: HIGHEST_SEVERITY });
  return {
    stdout: target('stdout', options.stdout ?? process.stdout),
    stderr: stderrMinSeverity === Infinity ? undefined : target('stderr', options.stderr ?? process.stderr),
    stderrMinSeverity,
    timeZone: choiceOption('timeZone', options.timeZone, 'utc', ['utc', 'local']),
    includeResource: booleanOption('includeResource', options.includeResource, false),
    maxRecordBytes: integerOption('maxRecordBytes', options.maxRecordBytes, 65_536, { min: 4096, max: 2 ** 30 }),
    writeTimeoutMillis: integerOption('writeTimeoutMillis', options.writeTimeoutMillis, 30_000, {
      min: 1,
      allowInfinity: true,
    }),
    maxPendingBytes: integerOption('maxPendingBytes', options.maxPendingBytes, 67_108_864, { min: 65_536 }),
    clock: options.clock ?? systemClock,
  };
}
