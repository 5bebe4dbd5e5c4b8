// SPDX-License-Identifier: Apache-2.0
import type { InstrumentationScope, ReadableLogRecord, Resource } from '../record-types.ts';

/** A resource whose attributes are all known. */
export function testResource(
  attributes: Record<string, unknown> = { 'service.name': 'orders' },
  schemaUrl?: string,
): Resource {
  const resource = {
    attributes,
    schemaUrl,
    asyncAttributesPending: false,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource as unknown as Resource;
}

/** A resource with one asynchronous attribute that settles when the returned function is called. */
export function pendingResource(
  attributes: Record<string, unknown>,
  later: Record<string, unknown>,
): { readonly resource: Resource; settle(): Promise<void> } {
  const known: Record<string, unknown> = { ...attributes };
  let release!: () => void;
  const settled = new Promise<void>((resolve) => {
    release = resolve;
  });
  const resource = {
    attributes: known,
    asyncAttributesPending: true,
    waitForAsyncAttributes: () => settled,
    merge: () => resource,
    getRawAttributes: () => Object.entries(known),
  };
  return {
    resource,
    async settle() {
      Object.assign(known, later);
      resource.asyncAttributesPending = false;
      release();
      await settled;
    },
  };
}

const RESOURCE = testResource();
const SCOPE: InstrumentationScope = { name: 'orders', version: '1.0.0' };

/** A record as the SDK hands it to a processor; `fields` replaces single fields, with any value a test needs. */
export function testRecord(fields: { readonly [K in keyof ReadableLogRecord]?: unknown } = {}): ReadableLogRecord {
  return {
    hrTime: [1_767_225_600, 123_456_789],
    hrTimeObserved: [1_767_225_600, 123_456_790],
    severityNumber: 9,
    severityText: 'INFO',
    body: 'order accepted',
    attributes: {},
    droppedAttributesCount: 0,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    ...fields,
  } as unknown as ReadableLogRecord;
}
