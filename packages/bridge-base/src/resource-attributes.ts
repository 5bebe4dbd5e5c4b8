// SPDX-License-Identifier: Apache-2.0
import type { OtelLogger } from './otel-logger.ts';

/** What a bridge asks of a resource; the SDK's `Resource` fits. */
export interface ResourceAttributes {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** While true, the SDK's resource complains when its attributes are read. */
  readonly asyncAttributesPending?: boolean;
}

/** Where the loggers of both lines of the SDK keep what their provider gave them; no API tells the resource. */
interface SdkLogger extends OtelLogger {
  readonly _sharedState?: { readonly resource?: ResourceAttributes };
}

/**
 * The value of an attribute of the resource that a logger's records get. Undefined where that isn't known, as with a logger of
 * another SDK and no `given` resource: then the attribute is said twice rather than not at all.
 */
export function resourceValueOf(logger: OtelLogger, given: ResourceAttributes | undefined, name: string): unknown {
  try {
    const resource = given ?? (logger as SdkLogger)._sharedState?.resource;
    if (resource === undefined || resource.asyncAttributesPending === true) return undefined;
    return Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined;
  } catch {
    return undefined;
  }
}
