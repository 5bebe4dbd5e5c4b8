// SPDX-License-Identifier: Apache-2.0
import { type ClientUnaryCall, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { suppressTracing } from '@logferry/core';
import { decodeExportResponse } from '@logferry/otlp-encoding';
import { type AttemptOutcome, type Headers, requestHeaders, type Transport } from '@logferry/otlp-exporter-base';

import type { TransportOptions } from './channel-options.ts';
import { type AddressObserver, GrpcChannel } from './grpc-channel.ts';
import { refusedWith } from './grpc-status.ts';
import { metadataNameRule } from './metadata-names.ts';
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
    const { headers } = this.#options;
    let current: Headers;
    try {
      current = await requestHeaders(headers, metadataNameRule, signal);
    } catch {
      if (signal.aborted) return { kind: 'cancelled' };
      // Retried, because the next token may be had. The error stays out of the message: it may quote one.
      return unavailable('the headers function failed');
    }
    if (signal.aborted || this.#closed) return { kind: 'cancelled' };
    const channel = this.#channel;
    const { outcome, peer } = await this.#call(channel, bytes, current, signal);
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
    signal: AbortSignal,
  ): Promise<{ readonly outcome: AttemptOutcome; readonly peer: string }> {
    const { compression, timeoutMillis } = this.#options;
    return new Promise((resolve) => {
      let answered = false;
      let call: ClientUnaryCall | undefined;
      const done = (error: ServiceError | null, response?: Buffer): void => {
        signal.removeEventListener('abort', cancel);
        if (error === null) end(accepted(response));
        else if (signal.aborted && error.code === status.CANCELLED) end({ kind: 'cancelled' });
        else end(refusalOf(error, headers, answered));
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
            timeoutMillis === 0 ? {} : { deadline: Date.now() + timeoutMillis },
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

function accepted(response: Buffer | undefined): AttemptOutcome {
  // What is no response at all came with the status OK: the records are taken.
  const said = decodeExportResponse(response ?? new Uint8Array());
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
