// SPDX-License-Identifier: Apache-2.0
import type { Resource } from '@logferry/core';

/**
 * Waits for the asynchronous attributes of resources. Never rejects: an attribute that fails is missing, as it is
 * everywhere else in the SDK.
 * @returns undefined when all are settled.
 */
export function settledResources(resources: Iterable<unknown>): Promise<void> | undefined {
  let waits: Promise<void>[] | undefined;
  for (const resource of resources) {
    const wait = settled(resource as Partial<Resource> | null | undefined);
    if (wait !== undefined) (waits ??= []).push(wait);
  }
  return waits === undefined ? undefined : allSettled(waits);
}

function settled(resource: Partial<Resource> | null | undefined): Promise<void> | undefined {
  try {
    return resource?.asyncAttributesPending === true ? resource.waitForAsyncAttributes?.() : undefined;
  } catch {
    return undefined;
  }
}

async function allSettled(waits: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(waits);
}
