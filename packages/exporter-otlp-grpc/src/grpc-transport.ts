// SPDX-License-Identifier: Apache-2.0
import { Metadata, status } from '@grpc/grpc-js';
import { suppressTracing } from '@logferry/core';
import { decodeExportResponse } from '@logferry/otlp-encoding';
import { type AttemptOutcome, type Headers, type Transport, withoutHeaderValues } from '@logferry/otlp-exporter-base';

import type { TransportOptions } from './channel-options.ts';
import { type AddressObserver, GrpcChannel } from './grpc-channel.ts';
import { refusedWith } from './grpc-status.ts';
import { refusalOf } from './refusal.ts';
import { SilenceDetector } from './silence.ts';
import type { UnaryCall } from './unary-call.ts';

const EXPORT_METHOD = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

/** Attempts over a grpc-js channel. */
export class GrpcTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #onAddressFailed: AddressObserver;
  readonly #silence = new SilenceDetector();
  #channel: GrpcChannel;
  #closed = false;

  /** @param onAddressFailed told of one of several addresses that fails while another works. */
  constructor(options: TransportOptions, onAddressFailed: AddressObserver) {
    this.#options = options;
    this.#onAddressFailed = onAddressFailed;
    this.#channel = new GrpcChannel(options, onAddressFailed);
  }

  async send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome> {
    const { headers, timeoutMillis, clock } = this.#options;
    const startedAtMillis = clock.monotonicMillis();
    const given = await headers.forAttempt(signal, timeoutMillis);
    // Retried, because the next token may be had.
    if (given.kind === 'failed') return unavailable(given.details);
    if (given.kind === 'cancelled' || signal.aborted || this.#closed) return { kind: 'cancelled' };
    const channel = this.#channel;
    // One deadline for the headers and the call.
    const leftMillis = Math.max(1, timeoutMillis - (clock.monotonicMillis() - startedAtMillis));
    const limitMillis = timeoutMillis === 0 ? undefined : leftMillis;
    const { outcome, peer } = await this.#call(channel, bytes, given.headers, limitMillis, signal);
    if (outcome.kind === 'refused' && outcome.decision === 'refresh') headers.refused(given.headers);
    const explained = channel.explain(outcome, peer);
    this.#leaveSilentPeer(channel, outcome, peer);
    return explained;
  }

  onceConnected(callback: () => void): () => void {
    return this.#closed ? () => {} : this.#channel.onceConnected(callback);
  }

  close(): void {
    this.#closed = true;
    this.#channel.close();
    this.#options.tlsContexts?.close();
  }

  #call(
    channel: GrpcChannel,
    bytes: Uint8Array,
    headers: Headers,
    limitMillis: number | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: AttemptOutcome; readonly peer: string }> {
    const { compression } = this.#options;
    const headersCanChange = this.#options.headers.canChange;
    return new Promise((resolve) => {
      let call: UnaryCall | undefined;
      const end = (outcome: AttemptOutcome): void => {
        signal.removeEventListener('abort', cancel);
        resolve({ outcome, peer: call?.peer() ?? '' });
      };
      // Not while the call begins: grpc-js would report its end and send the message all the same.
      const cancel = (): void => void setImmediate(() => call?.cancel());
      signal.addEventListener('abort', cancel, { once: true });
      try {
        call = suppressTracing(() =>
          channel.call(
            {
              method: EXPORT_METHOD,
              metadata: metadataOf(headers),
              // zlib reads its input on another thread, which cancelling a call does not stop; the batch may be reused by then.
              message: compression === 'gzip' ? Buffer.from(bytes) : viewOf(bytes),
              deadline: limitMillis === undefined ? Infinity : Date.now() + limitMillis,
            },
            (result) => {
              if (result.status.code === status.OK) end(answerOf(result.response, headers));
              else if (signal.aborted && result.status.code === status.CANCELLED) end({ kind: 'cancelled' });
              else end(refusalOf(result, headers, headersCanChange));
            },
          ),
        );
      } catch {
        end(unavailable('the channel is closed'));
      }
    });
  }

  #leaveSilentPeer(channel: GrpcChannel, outcome: AttemptOutcome, peer: string): void {
    // Of one server it does not matter by which address, and a name that resolves to another host by now is looked up.
    const several = this.#options.loadBalancing === 'round-robin';
    if (!this.#silence.isSilent(several ? peer : '', outcome) || this.#closed || channel !== this.#channel) return;
    if (several && channel.dropConnections(peer)) return;
    this.#channel = new GrpcChannel(this.#options, this.#onAddressFailed);
    channel.close();
  }
}

function answerOf(response: Uint8Array | undefined, headers: Headers): AttemptOutcome {
  // As grpc-js has it: what says OK without a message is no server of this method.
  if (response === undefined) return refusedWith(status.UNIMPLEMENTED, 'No message received');
  // What is no response came with the status OK: the records are taken.
  const said = decodeExportResponse(response, (text) => withoutHeaderValues(text, headers));
  return {
    kind: 'accepted',
    status: 'OK',
    statusCode: 'OK',
    rejectedCount: said?.rejectedCount ?? 0,
    message: said?.message,
  };
}

function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** grpc-js frames a message by copying it before the call can settle, so that a view is enough. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unavailable(details: string): AttemptOutcome {
  return refusedWith(status.UNAVAILABLE, details);
}
