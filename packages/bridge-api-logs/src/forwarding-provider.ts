// SPDX-License-Identifier: Apache-2.0
import {
  attributeName,
  type BridgedRecord,
  type EnabledQuestion,
  exceptionAttributes,
  isErrorLike,
  markForwarding,
  type OtelLogger,
  type OtelLoggerProvider,
  plainValue,
  readField,
} from '@logferry/bridge-base';
import { Diagnostics } from '@logferry/core';

/** What became of the records that came through the bridge, since it was installed. */
export interface ForwardingStats {
  readonly forwarded: number;
  /** Came while there was no provider on the other side. */
  readonly withoutProvider: number;
  /** Emitted while another record was being emitted: by what handles records, which would make a loop. */
  readonly looped: number;
  /** Could not be handed over: the provider, or a processor, threw. */
  readonly failed: number;
}

/** A record as an emitter gives it. */
interface ForeignRecord extends BridgedRecord {
  readonly exception?: unknown;
}

interface ForwardingLogger extends OtelLogger {
  emit(record: ForeignRecord): void;
  enabled(question?: EnabledQuestion): boolean;
}

/** A provider whose loggers pass everything on to the provider that `find` names when a record comes. */
export class ForwardingProvider implements OtelLoggerProvider {
  readonly #find: () => OtelLoggerProvider | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #missing: string;
  readonly #stats = { forwarded: 0, withoutProvider: 0, looped: 0, failed: 0 };
  #isEmitting = false;

  /** @param missing names the provider that is looked for, in a diagnostic. */
  constructor(find: () => OtelLoggerProvider | undefined, missing: string) {
    this.#find = find;
    this.#missing = missing;
    this.#diagnostics = new Diagnostics('@logferry/bridge-api-logs');
    markForwarding(this);
  }

  stats(): ForwardingStats {
    return { ...this.#stats };
  }

  getLogger(...identity: Parameters<OtelLoggerProvider['getLogger']>): ForwardingLogger {
    let provider: OtelLoggerProvider | undefined;
    let logger: OtelLogger | undefined;
    const current = (): OtelLogger | undefined => {
      const found = this.#find();
      if (found !== provider) {
        provider = found;
        logger = found?.getLogger(...identity);
      }
      return logger;
    };
    return {
      emit: (record) => this.#emit(current, record),
      enabled: (question) => {
        try {
          const found = current();
          // Without a provider the record has to come, to be counted.
          return found?.enabled?.(question as never) ?? true;
        } catch {
          return true;
        }
      },
    };
  }

  #emit(current: () => OtelLogger | undefined, record: ForeignRecord): void {
    if (this.#isEmitting) {
      this.#stats.looped += 1;
      return;
    }
    this.#isEmitting = true;
    try {
      const logger = current();
      if (logger === undefined) {
        this.#stats.withoutProvider += 1;
        this.#diagnostics.warn('no provider', `there is no ${this.#missing}: records are counted and left out`);
        return;
      }
      logger.emit(withSafeValues(record) as never);
      this.#stats.forwarded += 1;
    } catch {
      // The text of what was thrown stays out: it may hold the record.
      this.#stats.failed += 1;
      this.#diagnostics.error('failed', 'a record could not be handed to the logger provider: it threw');
    } finally {
      this.#isEmitting = false;
    }
  }
}

/** The record with values that the SDK keeps, and its exception with class, causes and fields. Attributes that are there stay. */
function withSafeValues({ exception, ...record }: ForeignRecord): ForeignRecord {
  const attributes: Record<string, unknown> = isErrorLike(exception) ? exceptionAttributes(exception) : {};
  const given = record.attributes ?? {};
  for (const key of Object.keys(given)) {
    const value = readField(given, key);
    if (value !== undefined) attributes[attributeName(key)] = plainValue(value);
  }
  const body = record.body === undefined ? {} : { body: plainValue(record.body) };
  const rest = exception === undefined || isErrorLike(exception) ? {} : { exception: plainValue(exception) };
  return { ...record, ...body, ...rest, attributes };
}
