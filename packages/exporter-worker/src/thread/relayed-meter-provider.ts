// SPDX-License-Identifier: Apache-2.0
import {
  type Attributes,
  createNoopMeter,
  type Meter,
  type MeterOptions,
  type MeterProvider,
  type MetricOptions,
} from '@opentelemetry/api';

import type { InstrumentKind } from '../protocol.ts';
import type { ThreadPort } from './thread-port.ts';

/** So that ids are unique among the providers of the thread. */
let nextId = 1;

/**
 * Stands for a meter provider of the application: what is measured is recorded there. Instruments that are asked for their
 * value (observable ones) measure nothing, because the answer of another thread can't be waited for.
 *
 * @param path of the option that it stands for.
 */
export function relayedMeterProvider(path: string, port: ThreadPort): MeterProvider {
  return {
    getMeter(name: string, version?: string, options?: MeterOptions): Meter {
      const scope = { name, version, options };
      const instrument =
        (kind: InstrumentKind) =>
        (
          instrumentName: string,
          instrumentOptions?: MetricOptions,
        ): ((value: number, attributes?: Attributes) => void) => {
          const id = nextId;
          nextId += 1;
          port.post({
            kind: 'instrument',
            id,
            path,
            scope,
            instrument: kind,
            name: instrumentName,
            options: instrumentOptions,
          });
          return (value, attributes = {}) => port.post({ kind: 'measurement', id, value, attributes });
        };
      // Not spread: its methods are on its prototype.
      return Object.assign(Object.create(createNoopMeter()) as Meter, {
        createCounter: (...definition: Definition) => ({ add: instrument('counter')(...definition) }),
        createUpDownCounter: (...definition: Definition) => ({ add: instrument('upDownCounter')(...definition) }),
        createHistogram: (...definition: Definition) => ({ record: instrument('histogram')(...definition) }),
        createGauge: (...definition: Definition) => ({ record: instrument('gauge')(...definition) }),
      });
    },
  };
}

type Definition = [name: string, options?: MetricOptions];
