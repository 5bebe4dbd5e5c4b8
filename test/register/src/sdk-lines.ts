// SPDX-License-Identifier: Apache-2.0
import { LoggerProvider as OlderProvider } from '@logferry-test/sdk-0.2xx';
import type { LogRecordProcessor } from '@logferry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

/** The part of a provider that the tests use, alike on both lines. */
interface Provider {
  getLogger(name: string): {
    emit(record: {
      severityNumber?: number;
      body?: string;
      attributes?: Record<string, string | number | boolean>;
    }): void;
  };
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Makes a provider of each line of the SDK. */
export const SDK_LINES: readonly (readonly [string, (processors: LogRecordProcessor[]) => Provider])[] = [
  ['0.2xx', (processors) => new OlderProvider({ processors })],
  ['3.x', (processors) => new LoggerProvider({ processors })],
];
