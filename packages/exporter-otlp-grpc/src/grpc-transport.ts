// SPDX-License-Identifier: Apache-2.0
import { type ClientUnaryCall, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { suppressTracing } from '@logferry/core';
import { decodeExportResponse } from '@logferry/otlp-encoding';
import { type AttemptOutcome, type Headers, type Transport, withoutHeaderValues } from '@logferry/otlp-exporter-base';

import type { TransportOptions } from './channel-options.ts';
import { type AddressObserver, GrpcChannel } from './grpc-channel.ts';
import { refusedWith } from './grpc-status.ts';
import { refusalOf } from './refusal.ts';
import { SilenceDetector } from './silence.ts';

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
      let answered = false;
      let call: ClientUnaryCall | undefined;
      const done = (error: ServiceError | null, response?: Buffer): void => {
        signal.removeEventListener('abort', cancel);
        if (error === null) end(accepted(response, headers));
        else if (signal.aborted && error.code === status.CANCELLED) end({ kind: 'cancelled' });
        else end(refusalOf(error, { headers, headersCanChange, answered }));
      };
      const end = (outcome: AttemptOutcome): void => resolve({ outcome, peer: call?.getPeer() ?? '' });
      // Not while the call begins: grpc-js would report its end and send the message all the same.
      const cancel = (): void => void setImmediate(() => call?.cancel());
      signal.addEventListener('abort', cancel, { once: true });
      try {
        call = suppressTracing(() =>
          channel.client.makeUnaryRequest(
            EXPORT_METHOD,
            // zlib reads its input on another thread, which cancelling a call does not stop; the batch may be reused by then.
            compression === 'gzip' ? copyOf : viewOf,
            viewOf,
            bytes,
            metadataOf(headers),
            limitMillis === undefined ? {} : { deadline: Date.now() + limitMillis },
            done,
          ),
        );
        call.on('metadata', () => {
          answered = true;
        });
      } catch {
        signal.removeEventListener('abort', cancel);
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

function accepted(response: Buffer | undefined, headers: Headers): AttemptOutcome {
  // What is no response at all came with the status OK: the records are taken.
  const said = decodeExportResponse(response ?? new Uint8Array(), (text) => withoutHeaderValues(text, headers));
  return { kind: 'accepted', status: 'OK', rejectedCount: said?.rejectedCount ?? 0, message: said?.message };
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

function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

function unavailable(details: string): AttemptOutcome {
  return refusedWith(status.UNAVAILABLE, details);
}
