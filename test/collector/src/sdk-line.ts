// SPDX-License-Identifier: Apache-2.0
import * as older from '@logferry-test/sdk-0.2xx';
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { type Context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

/** What an application gives to `emit`, in a form that both lines take. */
export interface EmittedRecord {
  readonly timestamp?: Time;
  readonly observedTimestamp?: Time;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly eventName?: string;
  readonly exception?: unknown;
}

type Time = number | Date | [number, number];

export interface ScopeOfRecord {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface PipelineOptions {
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>>; readonly schemaUrl?: string };
  readonly limits?: { readonly attributeCountLimit?: number; readonly attributeValueLengthLimit?: number };
  readonly processors: readonly LogRecordProcessor[];
}

/** The official `LoggerProvider` of one line with the processors under test. */
export interface Pipeline {
  emit(scope: ScopeOfRecord, record: EmittedRecord, span?: SpanContext): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** One of the two living lines of the official SDK. */
export interface SdkLine {
  readonly name: string;
  openPipeline(options: PipelineOptions): Pipeline;
  /** The line's own OTLP/gRPC exporter, in plaintext. */
  officialExporter(endpoint: string): LogRecordExporter;
  /** The line's own batch processor. */
  officialProcessor(exporter: LogRecordExporter): LogRecordProcessor;
}

/** The 3.x classes; the 0.2xx ones are used through the same declarations, which name no type of one line alone. */
interface SdkModules {
  readonly BatchLogRecordProcessor: typeof BatchLogRecordProcessor;
  readonly LoggerProvider: typeof LoggerProvider;
  readonly OTLPLogExporter: typeof OTLPLogExporter;
  readonly ROOT_CONTEXT: Context;
  readonly resourceFromAttributes: typeof resourceFromAttributes;
  readonly trace: Pick<typeof trace, 'setSpanContext'>;
}

function sdkLine(name: string, sdk: SdkModules): SdkLine {
  return {
    name,
    openPipeline({ resource, limits, processors }) {
      const { attributes, schemaUrl } = resource;
      const provider = new sdk.LoggerProvider({
        resource: sdk.resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl }),
        processors: [...processors],
        ...(limits && { logRecordLimits: limits }),
      });
      return {
        emit({ name: scopeName, version, ...options }, record, span) {
          provider.getLogger(scopeName, version, options).emit({
            ...record,
            context: span ? sdk.trace.setSpanContext(sdk.ROOT_CONTEXT, span) : sdk.ROOT_CONTEXT,
          });
        },
        forceFlush: () => provider.forceFlush(),
        shutdown: () => provider.shutdown(),
      };
    },
    officialExporter: (endpoint) => new sdk.OTLPLogExporter({ url: `http://${endpoint}` }),
    officialProcessor: (exporter) => new sdk.BatchLogRecordProcessor({ exporter }),
  };
}

export const sdkLines: readonly [SdkLine, SdkLine] = [
  sdkLine('3.x', {
    BatchLogRecordProcessor,
    LoggerProvider,
    OTLPLogExporter,
    ROOT_CONTEXT,
    resourceFromAttributes,
    trace,
  }),
  sdkLine('0.2xx', older as unknown as SdkModules),
];
