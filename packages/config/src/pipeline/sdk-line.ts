// SPDX-License-Identifier: Apache-2.0

/** The OpenTelemetry SDK that the application has installed, and its two lines. Types only are imported. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { LogferryError, type LogRecordProcessor, type Resource } from '@logferry/core';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';

import type { LogPipelineOptions, ResourceOptions } from '../options.ts';
import { type ApplicationPackage, loadApplicationPackage } from './packages.ts';

/** `0.2xx` has its global in @opentelemetry/api-logs, `3.x` in @opentelemetry/api. */
export type SdkLine = '0.2xx' | '3.x';

const SDK = '@opentelemetry/sdk-logs';

interface ProviderOptions {
  readonly processors: LogRecordProcessor[];
  readonly resource?: Resource;
  readonly logRecordLimits?: LogPipelineOptions['limits'];
  readonly meterProvider?: LogPipelineOptions['meterProvider'];
}

interface SdkExports {
  readonly LoggerProvider: new (options: ProviderOptions) => LoggerProvider;
}

/** The part of @opentelemetry/resources that is used. */
interface ResourceExports {
  defaultResource(): Resource;
  resourceFromAttributes(attributes: object, options?: { readonly schemaUrl?: string }): Resource;
}

/** @throws LogferryError `MISSING_PACKAGE` */
export function installedSdk(needed: string): ApplicationPackage & { readonly line: SdkLine } {
  const sdk = loadApplicationPackage(SDK, needed);
  return { ...sdk, line: lineOf(sdk.path) };
}

/** A provider of the installed line. @throws LogferryError `MISSING_PACKAGE`, `INVALID_OPTION` */
export function makeLoggerProvider(
  processors: LogRecordProcessor[],
  { resource, limits, meterProvider }: LogPipelineOptions,
): LoggerProvider {
  const sdk = installedSdk('a LoggerProvider');
  const { LoggerProvider: Provider } = sdk.exports as unknown as SdkExports;
  return new Provider({
    processors,
    ...(resource !== undefined && { resource: resourceOf(resource, sdk) }),
    ...(limits !== undefined && { logRecordLimits: limits }),
    ...(meterProvider !== undefined && { meterProvider }),
  });
}

function resourceOf(resource: ResourceOptions | Resource, sdk: ApplicationPackage): Resource {
  if (typeof (resource as Partial<Resource>).merge === 'function') return resource as Resource;
  // The copy that the SDK itself uses.
  const resources = sdk.load('@opentelemetry/resources') as ResourceExports;
  const { attributes = {}, schemaUrl } = resource as ResourceOptions;
  return resources
    .defaultResource()
    .merge(resources.resourceFromAttributes(attributes, schemaUrl === undefined ? undefined : { schemaUrl }));
}

/** The line of a resolved module of the SDK, by the version in its manifest, which it does not export. */
function lineOf(path: string): SdkLine {
  for (let directory = dirname(path); directory !== dirname(directory); directory = dirname(directory)) {
    const file = join(directory, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    if (name === SDK && typeof version === 'string') return version.startsWith('0.') ? '0.2xx' : '3.x';
  }
  throw new LogferryError('MISSING_PACKAGE', `the version of ${SDK} can't be found: no package.json above ${path}`);
}
