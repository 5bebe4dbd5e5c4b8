// SPDX-License-Identifier: Apache-2.0
import type { LineProvider, SdkLine } from './sdk-lines.ts';

export type LevelName = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The forms in which a logger may write a time. */
export type TimeForm = 'Date' | 'seconds' | 'milliseconds' | 'nanoseconds' | 'ISO 8601' | 'ISO 8601 with nanoseconds';

/** One call of a logger, said in the way that is usual with it. */
export interface LogCall {
  readonly level: LevelName;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error?: Error;
  /** Undefined: the logger's own. */
  readonly time?: unknown;
}

/** The instrumentation scope of every record. */
export const SCOPE = 'shop';

/** `hostname` of loggers that write one; the resource has it too. */
export const HOSTNAME = 'a.test';

/**
 * How the suite logs through one bridge. A bridge joins the suite by an adapter, listed in `bridge-adapters.ts`; what its logger has
 * no way to say is left out, each with its reason.
 */
export interface BridgeAdapter {
  readonly name: string;
  readonly levels: readonly LevelName[];
  /** Whether the logger itself writes the names of its levels in capitals. Default: false. */
  readonly writesLevelsInCapitals?: boolean;
  readonly timeForms: readonly TimeForm[];
  /** The attribute that keeps a time which can't be read; undefined where the logger takes no time. */
  readonly timeKey: string | undefined;
  /** Whether fields may name the trace of a record. */
  readonly readsTraceFields: boolean;
  /** Logs one call into a provider. It has been emitted when this returns, or when what it returns is settled. */
  log(line: SdkLine, provider: LineProvider, call: LogCall): void | Promise<void>;
}
