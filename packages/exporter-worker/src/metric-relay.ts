// SPDX-License-Identifier: Apache-2.0
import { componentAttributes, type Diagnostics } from '@logferry/core';
import type { Attributes, Meter, MeterProvider } from '@opentelemetry/api';

import type { FromThread, InstrumentKind } from './protocol.ts';

type InstrumentMessage = Extract<FromThread, { kind: 'instrument' }>;
type Measurement = Extract<FromThread, { kind: 'measurement' }>;

interface Instrument {
  readonly kind: InstrumentKind;
  readonly record: (value: number, attributes: Attributes) => void;
  /** What an up-down counter has counted for the thread that runs, by its attributes. */
  readonly standing: Map<string, { readonly attributes: Attributes; value: number }>;
}

/** Records in the application's thread, with its meter provider, what the exporter in the worker measures. */
export class MetricRelay {
  readonly #providers: ReadonlyMap<string, MeterProvider>;
  readonly #diagnostics: Diagnostics;
  /** By the ids of the thread that runs. */
  readonly #instruments = new Map<number, Instrument>();
  readonly #componentNames = new Map<string, string>();

  /** @param providers by the path of the option. */
  constructor(providers: ReadonlyMap<string, MeterProvider>, diagnostics: Diagnostics) {
    this.#providers = providers;
    this.#diagnostics = diagnostics;
  }

  take(message: InstrumentMessage | Measurement): void {
    this.#guarded(() => {
      if (message.kind === 'instrument') this.#create(message);
      else this.#record(message);
    });
  }

  /** What was in flight in the thread is not any more. */
  threadEnded(): void {
    this.#guarded(() => {
      for (const { standing, record } of this.#instruments.values()) {
        for (const { attributes, value } of standing.values()) if (value !== 0) record(-value, attributes);
      }
    });
    this.#instruments.clear();
  }

  #create({ id, path, scope, instrument, name, options }: InstrumentMessage): void {
    const meter = this.#providers.get(path)?.getMeter(scope.name, scope.version, scope.options);
    if (meter === undefined) return;
    this.#instruments.set(id, {
      kind: instrument,
      record: recorderOf(meter, instrument, name, options),
      standing: new Map(),
    });
  }

  #record({ id, value, attributes: measured }: Measurement): void {
    const instrument = this.#instruments.get(id);
    if (instrument === undefined) return;
    const attributes = this.#withOwnName(measured);
    if (instrument.kind === 'upDownCounter') {
      const key = JSON.stringify(attributes);
      const standing = instrument.standing.get(key) ?? { attributes, value: 0 };
      standing.value += value;
      if (standing.value === 0) instrument.standing.delete(key);
      else instrument.standing.set(key, standing);
    }
    instrument.record(value, attributes);
  }

  /** Each worker counts its components from 0: the number that tells exporters apart is given here. */
  #withOwnName(attributes: Attributes): Attributes {
    const type = attributes['otel.component.type'];
    if (typeof type !== 'string') return attributes;
    const name = this.#componentNames.get(type) ?? componentAttributes(type)['otel.component.name'];
    this.#componentNames.set(type, name);
    return { ...attributes, 'otel.component.name': name };
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch {
      // What it threw may hold anything.
      this.#diagnostics.error('metrics', 'the meter provider threw; metrics are missing or incomplete');
    }
  }
}

function recorderOf(
  meter: Meter,
  kind: InstrumentKind,
  name: string,
  options: InstrumentMessage['options'],
): Instrument['record'] {
  if (kind === 'counter' || kind === 'upDownCounter') {
    const counter = kind === 'counter' ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const instrument = kind === 'gauge' ? meter.createGauge(name, options) : meter.createHistogram(name, options);
  return (value, attributes) => instrument.record(value, attributes);
}
