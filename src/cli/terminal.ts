import { InvalidArgumentError, type Command } from 'commander';
import { Presets, SingleBar } from 'cli-progress';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule, openFoundation, type Foundation } from '../app.module.js';
import { isDay, type Day } from '../calendar/day.js';
import { readPlaces } from '../config.js';
import type { Places } from '../stores.js';

export interface GlobalOptions {
  readonly data?: string;
  readonly ledger?: string;
  readonly views?: string;
  readonly json?: boolean;
}

export const globalOptions = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

/** What is said on the command line comes before the environment. @throws Error for a value that is not right */
export const placesOf = ({ data, ledger, views }: GlobalOptions): Places =>
  readPlaces({
    DAICHO_DATA: data ?? process.env['DAICHO_DATA'],
    DAICHO_LEDGER: ledger ?? process.env['DAICHO_LEDGER'],
    DAICHO_VIEWS: views ?? process.env['DAICHO_VIEWS'],
    DAICHO_LOG: process.env['DAICHO_LOG'],
    DAICHO_LOG_KEY: process.env['DAICHO_LOG_KEY'],
    DAICHO_PERSON_KEYS: process.env['DAICHO_PERSON_KEYS'],
    DAICHO_WITNESSES: process.env['DAICHO_WITNESSES'],
    DAICHO_ANCHOR: process.env['DAICHO_ANCHOR'],
  });

/** An argument that is a day. */
export function day(text: string): Day {
  if (isDay(text)) return text;
  throw new InvalidArgumentError('実在する日付を YYYY-MM-DD で入力してください / not a day that exists (YYYY-MM-DD)');
}

/** The result: for people, or as JSON for programs. */
export function report({ json }: GlobalOptions, result: object, lines: readonly string[]): void {
  process.stdout.write(
    json === true ? `${JSON.stringify(result, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
  );
}

export interface Progress {
  to(done: number, total: number): void;
  end(): void;
}

/** A bar on standard error; silent where nobody watches. */
export function progressBar(what: string): Progress {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      noTTYOutput: false,
      clearOnComplete: false,
      format: `${what} {bar} {percentage}% {value}/{total} {eta_formatted}`,
    },
    Presets.shades_classic,
  );
  let begun = false;
  return {
    to(done, total) {
      if (!begun) bar.start(total, done);
      else bar.setTotal(total);
      begun = true;
      bar.update(done);
    },
    end() {
      if (begun) bar.stop();
    },
  };
}

/** A bar for each step, by its name. */
export function stepBars<Step extends string>(
  names: Readonly<Record<Step, string>>,
): { readonly to: (step: Step, done: number, total: number) => void; readonly end: () => void } {
  let at: Step | undefined;
  let bar: Progress | undefined;
  return {
    to: (step, done, total) => {
      if (step !== at) {
        bar?.end();
        bar = progressBar(names[(at = step)]);
      }
      bar?.to(done, total);
    },
    end: () => {
      bar?.end();
    },
  };
}

/** The contexts over the ledger, without the API. */
export async function withApp<Result>(
  options: GlobalOptions & { readonly dryRun?: boolean },
  work: (app: INestApplicationContext, foundation: Foundation) => Promise<Result>,
): Promise<Result> {
  const foundation = await openFoundation(placesOf(options), { dryRun: options.dryRun });
  try {
    Logger.overrideLogger(['error', 'warn']);
    const app = await NestFactory.createApplicationContext(AppModule.over(foundation), { abortOnError: false });
    try {
      return await work(app, foundation);
    } finally {
      await app.close();
    }
  } finally {
    await foundation.close();
  }
}
