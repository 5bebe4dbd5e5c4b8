// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CollectedRecords, type CollectedRecord } from './collected-records.ts';
import { collectorConfig, type PlannedReceiver, type ReceiverOptions } from './collector-config.ts';
import { CollectorProcess } from './collector-process.ts';

const waitMillis = 20_000;
const startAttempts = 5;

/** A running Collector. Its receivers write to one file each, except those that forward. */
export interface RunningCollector<Name extends string> {
  /** `127.0.0.1:port` of an OTLP/gRPC or OTLP/HTTP receiver. */
  endpoint(name: Name): string;
  /** What the receiver has written so far. */
  records(name: Name): Promise<readonly CollectedRecord[]>;
  /** Waits until the receiver has written at least `count` records; rejects with the log after 20 s. */
  waitForRecords(name: Name, count: number): Promise<readonly CollectedRecord[]>;
  /** Ends the Collector. What it has acknowledged is in the files afterwards. */
  stop(): Promise<void>;
  /** Ends the Collector with SIGKILL: what it has not written or forwarded is gone. */
  kill(): Promise<void>;
  /**
   * Starts the Collector again on the same ports, after `stop` or `kill`. A file begins anew.
   * @param changed options of receivers that differ from now on.
   */
  restart(changed?: Partial<Readonly<Record<Name, ReceiverOptions>>>): Promise<void>;
  /** Ends the Collector and removes its files. */
  dispose(): Promise<void>;
}

/** Starts a Collector with the receivers given by name. */
export async function startCollector<Name extends string>(
  binary: string,
  receivers: Readonly<Record<Name, ReceiverOptions>>,
): Promise<RunningCollector<Name>> {
  const directory = await mkdtemp(join(tmpdir(), 'logferry-collector-'));
  for (let attempt = 1; ; attempt++) {
    const planned = await plan(directory, receivers);
    const start = (plans: readonly PlannedReceiver[]): Promise<CollectorProcess> => startWith(binary, directory, plans);
    try {
      return runningCollector(directory, planned, await start(planned), start);
    } catch (error) {
      // The Collector can't tell which port it got for port 0, so a free one is chosen for it: another process may
      // take it in between.
      if (attempt < startAttempts && String(error).includes('address already in use')) continue;
      await rm(directory, { recursive: true });
      throw error;
    }
  }
}

async function startWith(
  binary: string,
  directory: string,
  planned: readonly PlannedReceiver[],
): Promise<CollectorProcess> {
  const configFile = join(directory, 'config.yaml');
  await writeFile(configFile, collectorConfig(planned));
  return await CollectorProcess.start(binary, configFile);
}

async function plan(
  directory: string,
  receivers: Readonly<Record<string, ReceiverOptions>>,
): Promise<PlannedReceiver[]> {
  const listening = Object.values(receivers).filter(isListening).length;
  const ports = await freePorts(listening);
  return Object.entries(receivers).map(([name, options]) => ({
    name,
    options,
    port: isListening(options) ? (ports.pop() ?? 0) : 0,
    outputFile: join(directory, `${name}.jsonl`),
  }));
}

function isListening({ kind }: ReceiverOptions): boolean {
  return kind === 'otlp-grpc' || kind === 'otlp-http';
}

/** All are held until the last one is found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => void server.close(resolve));
  return ports;
}

function runningCollector<Name extends string>(
  directory: string,
  firstPlan: readonly PlannedReceiver[],
  firstProcess: CollectorProcess,
  start: (planned: readonly PlannedReceiver[]) => Promise<CollectorProcess>,
): RunningCollector<Name> {
  let planned = firstPlan;
  let collector = firstProcess;
  const outputs = new Map(planned.map(({ name, outputFile }) => [name, new CollectedRecords(outputFile)]));
  const output = (name: Name): CollectedRecords => {
    const found = outputs.get(name);
    if (found === undefined) throw new Error(`no receiver is called ${name}`);
    return found;
  };
  return {
    endpoint: (name) => `127.0.0.1:${planned.find((receiver) => receiver.name === name)?.port}`,
    records: (name) => output(name).read(),
    async waitForRecords(name, count) {
      const endsAt = Date.now() + waitMillis;
      for (;;) {
        const records = await output(name).read();
        if (records.length >= count) return records;
        if (Date.now() > endsAt) {
          throw new Error(`${name} wrote ${records.length} of ${count} records in ${waitMillis} ms:\n${collector.log}`);
        }
        await delay(20);
      }
    },
    stop: () => collector.stop(),
    kill: () => collector.kill(),
    async restart(changed = {}) {
      planned = planned.map((receiver) => ({
        ...receiver,
        options: changed[receiver.name as Name] ?? receiver.options,
      }));
      collector = await start(planned);
    },
    async dispose() {
      await collector.stop();
      await rm(directory, { recursive: true });
    },
  };
}
