// SPDX-License-Identifier: Apache-2.0

/** One way into the Collector. Each has a pipeline of its own, to an output file or to another receiver. */
export type ReceiverOptions = OtlpGrpcReceiverOptions | OtlpHttpReceiverOptions | OtlpJsonFileReceiverOptions;

export interface OtlpGrpcReceiverOptions {
  readonly kind: 'otlp-grpc';
  /** Default: plaintext. */
  readonly tls?: ReceiverTls;
  /**
   * `host:port` of a plaintext OTLP/gRPC receiver to forward to, instead of writing a file. Without a queue in between:
   * the Collector acknowledges a request only when that receiver has.
   */
  readonly forwardTo?: string;
}

export interface OtlpHttpReceiverOptions {
  readonly kind: 'otlp-http';
  /** Default: plaintext. */
  readonly tls?: ReceiverTls;
}

/** Paths of PEM files. */
export interface ReceiverTls {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** When set, a client has to show a certificate that this authority signed. */
  readonly clientCaFile?: string;
}

export interface OtlpJsonFileReceiverOptions {
  readonly kind: 'otlp-json-file';
  /** A glob of the files to read, from their beginning. */
  readonly include: string;
}

/** A receiver with what only the start of a Collector knows. */
export interface PlannedReceiver {
  readonly name: string;
  readonly options: ReceiverOptions;
  /** 0 for a receiver that does not listen. */
  readonly port: number;
  readonly outputFile: string;
}

/** The Collector's configuration: JSON, which is YAML as well. */
export function collectorConfig(receivers: readonly PlannedReceiver[]): string {
  const config = {
    receivers: Object.fromEntries(receivers.map((receiver) => [receiverId(receiver), receiverConfig(receiver)])),
    exporters: Object.fromEntries(receivers.map((receiver) => [exporterId(receiver), exporterConfig(receiver)])),
    service: {
      // No port but the receivers' own: metrics off. The log is read for the line that says it is ready.
      telemetry: { metrics: { level: 'none' }, logs: { level: 'info', encoding: 'json' } },
      pipelines: Object.fromEntries(
        receivers.map((receiver) => [
          `logs/${receiver.name}`,
          { receivers: [receiverId(receiver)], exporters: [exporterId(receiver)] },
        ]),
      ),
    },
  };
  return JSON.stringify(config, undefined, 2);
}

function receiverId({ name, options }: PlannedReceiver): string {
  // The receiver's newer name, otlp_json_file, is unknown to Collectors that are in use.
  return options.kind === 'otlp-json-file' ? `otlpjsonfile/${name}` : `otlp/${name}`;
}

function exporterId({ name, options }: PlannedReceiver): string {
  return forwardTarget(options) === undefined ? `file/${name}` : `otlp/${name}`;
}

function exporterConfig({ options, outputFile }: PlannedReceiver): object {
  const target = forwardTarget(options);
  if (target === undefined) return { path: outputFile, flush_interval: '20ms' };
  return {
    endpoint: target,
    tls: { insecure: true },
    // An acknowledgement of the Collector has to mean that the records are at their end.
    sending_queue: { enabled: false },
    retry_on_failure: { enabled: false },
  };
}

function forwardTarget(options: ReceiverOptions): string | undefined {
  return options.kind === 'otlp-grpc' ? options.forwardTo : undefined;
}

function receiverConfig({ options, port }: PlannedReceiver): object {
  if (options.kind === 'otlp-json-file') {
    return {
      include: [options.include],
      start_at: 'beginning',
      poll_interval: '20ms',
      // Otherwise it adds log.file.name to every record.
      include_file_name: false,
    };
  }
  const tls = options.tls;
  return {
    protocols: {
      [options.kind === 'otlp-http' ? 'http' : 'grpc']: {
        endpoint: `127.0.0.1:${port}`,
        ...(tls && {
          tls: {
            cert_file: tls.certificateFile,
            key_file: tls.keyFile,
            ...(tls.clientCaFile !== undefined && { client_ca_file: tls.clientCaFile }),
          },
        }),
      },
    },
  };
}
