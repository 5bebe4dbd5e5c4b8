// SPDX-License-Identifier: Apache-2.0
import * as older from '@logferry-test/sdk-0.2xx';
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';

/** Options that both batch processors know. */
export interface BatchOptions {
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  readonly scheduledDelayMillis?: number;
  readonly exportTimeoutMillis?: number;
}

/** What an application gives to `emit`. */
interface Emitted {
  readonly severityNumber?: number;
  readonly body?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** The SDK's provider, in the form that both lines have. */
export interface Pipeline {
  emit(record: Emitted): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface SdkLine {
  readonly name: string;
  readonly LoggerProvider: typeof LoggerProvider;
  readonly BatchLogRecordProcessor: typeof BatchLogRecordProcessor;
  readonly OTLPLogExporter: typeof OTLPLogExporter;
}

// The 3.x declarations stand for both; nothing here uses what only one line has.
const SDK_LINES: readonly SdkLine[] = [
  { name: '3.x', LoggerProvider, BatchLogRecordProcessor, OTLPLogExporter },
  { name: '0.2xx', ...(older as unknown as Omit<SdkLine, 'name'>) },
];

/** One line of the SDK with its own classes, or with ours in their place. */
export interface Contender {
  readonly name: string;
  readonly isOurs: boolean;
  /** The batch processor; `whatIsDropped` is called with what our `onDrop` reports. */
  processor(
    exporter: LogRecordExporter,
    options?: BatchOptions,
    whatIsDropped?: (what: string) => void,
  ): LogRecordProcessor;
  /** The OTLP/gRPC exporter, to an endpoint such as `http://127.0.0.1:4317`, with no variables but these. */
  grpcExporter(endpoint: string, environment?: Readonly<Record<string, string>>): LogRecordExporter;
  pipeline(
    processors: readonly LogRecordProcessor[],
    limits?: { readonly attributeValueLengthLimit: number },
  ): Pipeline;
}

function contender(sdk: SdkLine, isOurs: boolean): Contender {
  return {
    name: `${isOurs ? 'ours, ' : ''}SDK ${sdk.name}`,
    isOurs,
    processor(exporter, options = {}, whatIsDropped = () => {}) {
      if (!isOurs) return new sdk.BatchLogRecordProcessor({ exporter, ...options });
      return new BatchingLogRecordProcessor(exporter, {
        environment: {},
        onDrop: ({ reason, count }) => whatIsDropped(`${count} ${reason}`),
        ...options,
      });
    },
    grpcExporter(endpoint, environment = {}) {
      if (isOurs) return new OtlpGrpcLogRecordExporter({ endpoint, environment });
      // The official one reads the variables of the process, and nothing else for TLS.
      Object.assign(process.env, environment);
      try {
        return new sdk.OTLPLogExporter({ url: endpoint });
      } finally {
        for (const name of Object.keys(environment)) delete process.env[name];
      }
    },
    pipeline(processors, limits) {
      const provider = new sdk.LoggerProvider({
        processors: [...processors],
        ...(limits && { logRecordLimits: limits }),
      });
      const logger = provider.getLogger('orders');
      return {
        emit: (record) => logger.emit(record),
        forceFlush: () => provider.forceFlush(),
        shutdown: () => provider.shutdown(),
      };
    },
  };
}

const OFFICIAL: readonly Contender[] = SDK_LINES.map((sdk) => contender(sdk, false));
const OURS: readonly Contender[] = SDK_LINES.map((sdk) => contender(sdk, true));

/** What a scenario shows of the official classes, and of ours. */
export interface Shown<T> {
  readonly official: T;
  readonly ours: T;
}

/**
 * Runs one scenario with the official classes of both lines, where it must show the defect, and with ours on both lines.
 * A test of an official class that fails means that the defect is mended there: then it leaves this package.
 */
export function defect<T>(name: string, scenario: (contender: Contender) => Promise<T>, shown: Shown<T>): void {
  describe(name, () => {
    it.each(OFFICIAL.map((one) => [one.name, one] as const))('is a defect of %s', async (_, one) => {
      expect(await scenario(one)).toEqual(shown.official);
    });
    it.each(OURS.map((one) => [one.name, one] as const))('is none of %s', async (_, one) => {
      expect(await scenario(one)).toEqual(shown.ours);
    });
  });
}

/** A defect that no processor and no exporter can mend: it is here to be noticed when the SDK mends it. */
export function beyondReach<T>(name: string, scenario: (contender: Contender) => Promise<T>, shown: T): void {
  describe(name, () => {
    it.each([...OFFICIAL, ...OURS].map((one) => [one.name, one] as const))('holds for %s', async (_, one) => {
      expect(await scenario(one)).toEqual(shown);
    });
  });
}
