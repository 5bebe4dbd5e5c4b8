// SPDX-License-Identifier: Apache-2.0

/** What tests of an OTLP exporter need to know of its protocol, so that both exporters have the same ones. */
import type { Clock, EncodingLogRecordExporter } from '@logferry/core';
import { onTestFinished } from 'vitest';

import { logBodies } from '../log-batch.ts';
import type { OkReply, SilentReply } from '../otlp-replies.ts';
import type { ReceiverStats } from '../otlp-receiver.ts';

/** Options that both exporters have. */
export interface SuiteExporterOptions {
  readonly clock?: Clock;
  readonly timeoutMillis?: number;
  readonly retry?: { readonly initialBackoffMillis?: number; readonly jitter?: number };
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

export interface SuiteExporter extends EncodingLogRecordExporter {
  stats(): object;
}

export interface SuiteReceiver {
  readonly endpoint: string;
  readonly requests: readonly { readonly bytes: Uint8Array }[];
  stats(): ReceiverStats;
  waitForRequests(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A refusal of the protocol, and the reason that the exporter gives for it. */
export interface SuiteRefusal<Reply> {
  readonly reply: Reply;
  readonly reason: string;
}

/** Replies of both protocols. */
export type CommonReply = (OkReply | SilentReply) & { readonly delayMillis?: number };

/** One of the OTLP exporters. */
export interface ExporterKind<Reply extends object> {
  readonly packageName: string;
  readonly open: (
    options: SuiteExporterOptions & {
      readonly endpoint: string;
      readonly environment: Readonly<Record<string, string>>;
    },
  ) => SuiteExporter;
  readonly startReceiver: (respond: (index: number) => CommonReply | Reply) => Promise<SuiteReceiver>;
  /** A reply after which the request is tried again. */
  readonly busy: SuiteRefusal<Reply>;
  /** A reply after which it is not. */
  readonly refused: SuiteRefusal<Reply>;
}

/** A receiver that is closed at the end of the test. */
export async function receiverOf<Reply extends object>(
  kind: ExporterKind<Reply>,
  respond: (index: number) => CommonReply | NoInfer<Reply> = () => ({ kind: 'ok' }),
): Promise<SuiteReceiver> {
  const receiver = await kind.startReceiver(respond);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** An exporter that is shut down at the end of the test. */
export function exporterTo<Reply extends object>(
  kind: ExporterKind<Reply>,
  { endpoint }: SuiteReceiver,
  options: SuiteExporterOptions = {},
): SuiteExporter {
  const exporter = kind.open({ endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

/** The bodies of all records that came. */
export function arrived(receiver: SuiteReceiver): string[] {
  return receiver.requests.flatMap(({ bytes }) => logBodies(bytes));
}
