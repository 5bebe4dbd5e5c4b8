// SPDX-License-Identifier: Apache-2.0
import { type Clock, componentAttributes, type Diagnostics } from '@logferry/core';
import type { Attributes, MeterProvider } from '@opentelemetry/api';

import type { FailureCause } from './transport.ts';

/** What tells an exporter's metrics from those of others. */
export interface ExporterIdentity {
  /** The package's name: the scope of the metrics. */
  readonly packageName: string;
  /** `otel.component.type`, such as `otlp_grpc_log_exporter`. */
  readonly componentType: string;
  /** Host or address of the receiver, or the path of its socket. */
  readonly serverAddress: string;
  /** Undefined: it has none, or several. */
  readonly serverPort: number | undefined;
  /** The attribute that holds the protocol's status code. */
  readonly statusCodeAttribute: 'http.response.status_code' | 'rpc.response.status_code';
}

const RECORDS = '{log_record}';

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(provider: MeterProvider, identity: ExporterIdentity) {
  const meter = provider.getMeter(identity.packageName);
  const common: Attributes = {
    ...componentAttributes(identity.componentType),
    'server.address': identity.serverAddress,
    ...(identity.serverPort === undefined ? {} : { 'server.port': identity.serverPort }),
  };
  return {
    common,
    statusCodeAttribute: identity.statusCodeAttribute,
    inflight: meter.createUpDownCounter('otel.sdk.exporter.log.inflight', {
      unit: RECORDS,
      description: 'Log records passed to the exporter whose export has not ended',
    }),
    exported: meter.createCounter('otel.sdk.exporter.log.exported', {
      unit: RECORDS,
      description: 'Log records whose export has ended; error.type says why one failed',
    }),
    duration: meter.createHistogram('otel.sdk.exporter.operation.duration', {
      unit: 's',
      description: 'Duration of an export with its retries',
    }),
  };
}

/** The metrics of one exporter, by the semantic conventions ("SDK metrics"). */
export class ExporterMetrics {
  readonly #clock: Clock;
  readonly #diagnostics: Diagnostics;
  #instruments: Instruments | undefined;

  constructor(provider: MeterProvider, identity: ExporterIdentity, clock: Clock, diagnostics: Diagnostics) {
    this.#clock = clock;
    this.#diagnostics = diagnostics;
    this.#guarded(() => {
      this.#instruments = createInstruments(provider, identity);
    });
  }

  /** An export begins; it is one whatever number of attempts and parts it takes. */
  begin(recordCount: number): ExportOperation {
    this.#guarded(() => this.#instruments?.inflight.add(recordCount, this.#instruments.common));
    const startedAtMillis = this.#clock.monotonicMillis();
    return new ExportOperation((result) => {
      const seconds = (this.#clock.monotonicMillis() - startedAtMillis) / 1000;
      this.#guarded(() => this.#record(recordCount, result, seconds));
    });
  }

  #record(recordCount: number, result: ExportResult, seconds: number): void {
    const instruments = this.#instruments;
    if (instruments === undefined) return;
    const { exported, failed, errorType: lastErrorType, statusCode } = result;
    const { common, statusCodeAttribute } = instruments;
    instruments.inflight.add(-recordCount, common);
    if (exported > 0) instruments.exported.add(exported, common);
    for (const [errorType, count] of failed) instruments.exported.add(count, { ...common, 'error.type': errorType });
    instruments.duration.record(seconds, {
      ...common,
      ...(lastErrorType === undefined ? {} : { 'error.type': lastErrorType }),
      ...(statusCode === undefined ? {} : { [statusCodeAttribute]: statusCode }),
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch {
      // What it threw may hold anything.
      this.#diagnostics.error(
        'metrics',
        'the meter provider threw; metrics about the exporter are missing or incomplete',
      );
    }
  }
}

/** What became of an export. */
interface ExportResult {
  readonly exported: number;
  /** By `error.type`. */
  readonly failed: ReadonlyMap<string, number>;
  /** Of the last failure; undefined: everything was taken. */
  readonly errorType: string | undefined;
  /** Of the last answer. */
  readonly statusCode: string | number | undefined;
}

/** One export in flight. */
export class ExportOperation {
  readonly #onEnd: (result: ExportResult) => void;
  readonly #failed = new Map<string, number>();
  #exported = 0;
  #errorType: string | undefined;
  #statusCode: string | number | undefined;

  constructor(onEnd: (result: ExportResult) => void) {
    this.#onEnd = onEnd;
  }

  accepted(acceptedCount: number, rejectedCount: number, statusCode: string | number | undefined): void {
    this.#exported += acceptedCount;
    this.#statusCode = statusCode;
    if (rejectedCount > 0) this.#count(rejectedCount, 'rejected');
  }

  /** Records that are lost, or handed back to the caller. */
  failed(recordCount: number, { errorType, statusCode }: FailureCause): void {
    this.#statusCode = statusCode;
    this.#count(recordCount, errorType);
  }

  end(): void {
    this.#onEnd({
      exported: this.#exported,
      failed: this.#failed,
      errorType: this.#errorType,
      statusCode: this.#statusCode,
    });
  }

  #count(recordCount: number, errorType: string): void {
    this.#errorType = errorType;
    this.#failed.set(errorType, (this.#failed.get(errorType) ?? 0) + recordCount);
  }
}
