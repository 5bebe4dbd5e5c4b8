// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, DeliveredOutcome, FailedOutcome, RetryableOutcome } from '@logferry/core';
import type { Attributes, MeterOptions, MetricOptions } from '@opentelemetry/api';
import type { MessagePort } from 'node:worker_threads';

/** What a worker thread is given when it starts. */
export interface ThreadSetup {
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly options: PackedOptions;
  /** Sends that run at the same time; later ones wait in the thread. */
  readonly maxConcurrentSends: number;
  readonly port: MessagePort;
  /** See `SIGNAL_MESSAGES` and `SIGNAL_ENDED`. */
  readonly signal: Int32Array;
}

/** The options of an exporter as a message carries them. */
export interface PackedOptions {
  readonly data: unknown;
  /** Where functions stood, as the keys that lead there. */
  readonly functions: readonly (readonly string[])[];
  /** Where meter providers stood, likewise. */
  readonly meterProviders: readonly (readonly string[])[];
}

/** Index in `signal`: counts what the thread has posted. A thread that waits for it sleeps until it changes. */
export const SIGNAL_MESSAGES = 0;
/** Index in `signal`: 1 when the thread has ended, or is about to. */
export const SIGNAL_ENDED = 1;

export type ToThread =
  | {
      readonly kind: 'send';
      readonly id: number;
      readonly parts: BatchParts;
      /**
       * How many `retryable` outcomes of this thread were known when it was posted. The thread turns away what was posted
       * before its latest one was known: it would arrive before the batch that has to be sent again.
       */
      readonly retryablesSeen: number;
    }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'flush'; readonly id: number }
  | { readonly kind: 'shutdown'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: CallAnswer };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | {
      readonly kind: 'outcome';
      readonly id: number;
      readonly outcome: PostedOutcome;
      readonly exporterStats: unknown;
    }
  /** An earlier send came back as `retryable` before this one was begun. */
  | { readonly kind: 'turned-away'; readonly id: number }
  | { readonly kind: 'done'; readonly id: number; readonly problem: Problem | undefined }
  | { readonly kind: 'call'; readonly id: number; readonly path: string; readonly parameters: readonly unknown[] }
  | {
      readonly kind: 'instrument';
      readonly id: number;
      /** Of the meter provider among the options. */
      readonly path: string;
      readonly scope: {
        readonly name: string;
        readonly version: string | undefined;
        readonly options: MeterOptions | undefined;
      };
      readonly instrument: InstrumentKind;
      readonly name: string;
      readonly options: MetricOptions | undefined;
    }
  | { readonly kind: 'measurement'; readonly id: number; readonly value: number; readonly attributes: Attributes }
  | { readonly kind: 'diagnostic'; readonly level: DiagnosticLevel; readonly message: string };

export type InstrumentKind = 'counter' | 'upDownCounter' | 'histogram' | 'gauge';

export type DiagnosticLevel = 'error' | 'warn' | 'info';

/** A SendOutcome without methods. */
export type PostedOutcome =
  | DeliveredOutcome
  | FailedOutcome
  | (Omit<RetryableOutcome, 'remaining'> & { readonly remaining?: BatchParts });

/** What an option that is a function came to. */
export type CallAnswer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly name: string }
  /** The process is ending: nothing can be waited for any more. */
  | { readonly kind: 'too-late' };

/** An error as a message carries it. */
export interface Problem {
  readonly name: string;
  /** Only of errors whose texts hold no secret, which are those of Logferry. */
  readonly message: string | undefined;
  readonly code: string | undefined;
  /** True for a LogferryError. */
  readonly isOurs: boolean;
  readonly cause: Problem | undefined;
}
