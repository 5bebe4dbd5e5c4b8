// SPDX-License-Identifier: Apache-2.0
import { type BridgeOptions, rememberError } from '@logferry/bridge-base';

import { OpenTelemetryStream, type StreamDefinition } from './open-telemetry-stream.ts';

type Serializer = (value: unknown) => unknown;

/** The parts of a bunyan logger that are used, by shape: bunyan brings no types of its own. */
export interface BunyanLogger {
  addStream(definition: never): void;
  addSerializers(serializers: never): void;
  level(): number;
}

interface LoggerParts {
  readonly streams?: StreamDefinition[];
  readonly serializers?: Readonly<Record<string, Serializer>> | null;
  readonly constructor: { readonly stdSerializers?: { readonly err?: Serializer } };
  addStream(definition: { readonly type: 'raw'; readonly level: string | number; readonly stream: object }): void;
  addSerializers(serializers: Readonly<Record<string, Serializer>>): void;
  level(): number;
}

export interface AddStreamOptions extends BridgeOptions {
  /**
   * The least severe level that the stream gets, as bunyan writes it. Default: the least severe one of the logger's other
   * streams, or `info` where it has none.
   */
  readonly level?: string | number;
}

/**
 * Adds a stream to a bunyan logger, whose records become OpenTelemetry log records. Children of the logger that are made later
 * have it too.
 *
 * The logger's serializer of `err` is wrapped: bunyan serializes an error before a stream gets it, without its causes. What other
 * streams print stays the same, except that an error under `err` that had no serializer is printed with bunyan's own.
 */
export function addOpenTelemetryStream(logger: BunyanLogger, options: AddStreamOptions = {}): OpenTelemetryStream {
  const { level, ...bridge } = options;
  const parts = logger as unknown as LoggerParts;
  const stream = new OpenTelemetryStream(bridge);
  stream.replaceOfficialIn(parts.streams ?? []);
  const levelOfLogger = parts.level();
  parts.addStream({ type: 'raw', level: level ?? (Number.isFinite(levelOfLogger) ? levelOfLogger : 'info'), stream });
  const serializer = parts.serializers?.['err'] ?? parts.constructor.stdSerializers?.err;
  if (serializer !== undefined) parts.addSerializers({ err: remembering(serializer) });
  return stream;
}

function remembering(serializer: Serializer): Serializer {
  return (error) => {
    const serialized = serializer(error);
    if (typeof serialized !== 'object' || serialized === null || serialized === error) return serialized;
    return rememberError(serialized, error);
  };
}
