// SPDX-License-Identifier: Apache-2.0

/**
 * Resources and scopes with redacted attributes, one for each original, because exporters group records by the identity
 * of these objects. An original in which nothing is found stays itself.
 */
import type { InstrumentationScope, Resource } from '@logferry/core';

type RedactAttributes = (surface: 'resource' | 'scope', attributes: unknown) => Record<string, unknown>;

export class RedactedOrigins {
  readonly #redact: RedactAttributes;
  readonly #redactName: (text: string) => string;
  readonly #resources = new WeakMap<object, Resource>();
  readonly #scopes = new WeakMap<object, InstrumentationScope>();
  /** The last ones, which most records have as well. */
  #lastResource: Resource | undefined;
  #lastResourceView: Resource | undefined;
  #lastScope: InstrumentationScope | undefined;
  #lastScopeView: InstrumentationScope | undefined;

  constructor(redact: RedactAttributes, redactName: (text: string) => string) {
    this.#redact = redact;
    this.#redactName = redactName;
  }

  resource(resource: Resource): Resource {
    if (resource === this.#lastResource && this.#lastResourceView !== undefined) return this.#lastResourceView;
    if (typeof resource !== 'object' || resource === null) return resource;
    let view = this.#resources.get(resource);
    if (view === undefined) {
      view = this.#viewOfResource(resource);
      this.#resources.set(resource, view);
    }
    this.#lastResource = resource;
    this.#lastResourceView = view;
    return view;
  }

  scope(scope: InstrumentationScope): InstrumentationScope {
    if (scope === this.#lastScope && this.#lastScopeView !== undefined) return this.#lastScopeView;
    if (typeof scope !== 'object' || scope === null) return scope;
    let view = this.#scopes.get(scope);
    if (view === undefined) {
      view = this.#viewOfScope(scope);
      this.#scopes.set(scope, view);
    }
    this.#lastScope = scope;
    this.#lastScopeView = view;
    return view;
  }

  #viewOfResource(resource: Resource): Resource {
    // While attributes are still to come nobody knows what they hold.
    if (resource.asyncAttributesPending !== true) {
      const attributes = this.#redact('resource', resource.attributes);
      if (attributes === resource.attributes) return resource;
    }
    return new RedactedResource(resource, this.#redact) as unknown as Resource;
  }

  #viewOfScope(scope: InstrumentationScope): InstrumentationScope {
    const { name, version, schemaUrl } = scope;
    const original = (scope as { attributes?: unknown }).attributes;
    const attributes = original === undefined ? undefined : this.#redact('scope', original);
    const view = {
      ...scope,
      name: this.#text(name),
      ...(version === undefined ? {} : { version: this.#text(version) }),
      ...(schemaUrl === undefined ? {} : { schemaUrl: this.#text(schemaUrl) }),
      ...(attributes === undefined ? {} : { attributes }),
    };
    const isClean =
      view.name === name && view.version === version && view.schemaUrl === schemaUrl && attributes === original;
    return isClean ? scope : view;
  }

  #text(text: string): string {
    return typeof text === 'string' ? this.#redactName(text) : text;
  }
}

/** A resource whose attributes may still come. */
class RedactedResource {
  readonly #resource: Resource;
  readonly #redact: RedactAttributes;
  #settled: Record<string, unknown> | undefined;

  constructor(resource: Resource, redact: RedactAttributes) {
    this.#resource = resource;
    this.#redact = redact;
  }

  get attributes(): Record<string, unknown> {
    if (this.#settled !== undefined) return this.#settled;
    const attributes = this.#redact('resource', this.#resource.attributes);
    if (!this.asyncAttributesPending) this.#settled = attributes;
    return attributes;
  }

  get asyncAttributesPending(): boolean {
    return this.#resource.asyncAttributesPending === true;
  }

  get schemaUrl(): string | undefined {
    return (this.#resource as { schemaUrl?: string }).schemaUrl;
  }

  async waitForAsyncAttributes(): Promise<void> {
    await this.#resource.waitForAsyncAttributes?.();
  }

  getRawAttributes(): [string, unknown][] {
    return Object.entries(this.attributes);
  }

  merge(other: Resource | null): Resource {
    return new RedactedResource(this.#resource.merge(other), this.#redact) as unknown as Resource;
  }
}
