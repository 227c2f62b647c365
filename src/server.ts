import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { adminToken } from './access/admin-token.js';
import { OpenIdProvider, type OpenIdSettings } from './access/openid-provider.js';
import { ApiModule } from './api/api.module.js';
import { OwnApi } from './api/own-api.js';
import { takeFiles } from './api/upload.js';
import { AppModule, openFoundation, type Foundation } from './app.module.js';
import type { Clock } from './eventsourcing/clock.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import type { Outbox } from './eventsourcing/outbox.js';
import { GracefulStop } from './graceful-stop.js';
import { OpenDataModule } from './open-data/open-data.module.js';
import { Publisher } from './open-data/publisher.js';
import { PageModule } from './page/page.module.js';
import { PlanReader } from './plan/plan-reader.js';
import { ReportModule } from './report/report.module.js';
import { EVIDENCE_BYTES_MAX, EVIDENCE_MEDIA_TYPES } from './progress/evidence-files.js';
import { DueReader } from './reminder/due-reader.js';
import type { Webhooks } from './reminder/webhook-file.js';
import { XLSX } from './sheet/sheet.controller.js';
import { SheetModule } from './sheet/sheet.module.js';
import { WebhookSender } from './reminder/webhook-sender.js';
import { openOutbox, openReporting, type Places } from './stores.js';

export interface ServerOptions extends Places {
  /** 0: any free port. */
  readonly port: number;
  /** Instead of a generated one. */
  readonly adminToken?: string | undefined;
  /** Whose tokens are taken too. */
  readonly identityProvider?: OpenIdSettings | undefined;
  /** Who wants to be told. */
  readonly webhooks?: Webhooks | undefined;
  /** `postgres://…`: where the open data is kept for BI programs. */
  readonly reporting?: string | undefined;
  readonly clock?: Clock;
  readonly onNotice?: (notice: string) => void;
  /** Told when the check of a long ledger, which goes on beside the first requests, finds damage. */
  readonly onDamage?: (error: unknown) => void;
  /** Done before the first request is answered. */
  readonly prepare?: (app: NestFastifyApplication, foundation: Foundation) => Promise<void>;
}

export interface Server {
  /** `http://localhost:3000` */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly foundation: Foundation;
  /** A token that was generated just now and is not kept: show it. */
  readonly newAdminToken: string | undefined;
  /** Finishes what has begun. */
  close(): Promise<void>;
}

/** For an address that no page can answer, as it cannot be decoded. */
const UNREADABLE_ADDRESS = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>400</title>
<h1>このアドレスは読めません / This address cannot be read</h1><p><a href="/">全体 / Overview</a></p></html>
`;

/** A plan file, and little more. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** Files come as they are, of the types that are taken; all others are refused before they are read. */
function takeEvidence(adapter: FastifyAdapter): void {
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  takeFiles(fastify, EVIDENCE_MEDIA_TYPES, EVIDENCE_BYTES_MAX);
  // A sheet is known by what it holds, whatever the program that sends it calls it.
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' && request.url.startsWith('/sheets/')) request.headers['content-type'] = XLSX;
    done();
  });
}

/** All that is answered over HTTP, not listening yet. */
export async function appOver(
  foundation: Foundation,
  tokenHash: Buffer,
  provider?: OpenIdProvider,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    return503OnClosing: false,
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      void reply.status(400).type('text/html; charset=utf-8').send(UNREADABLE_ADDRESS);
    },
  });
  takeEvidence(adapter);
  return NestFactory.create<NestFastifyApplication>(
    AppModule.over(
      foundation,
      ApiModule.with(tokenHash, provider),
      { module: EvidenceModule },
      { module: OpenDataModule },
      { module: PageModule },
      { module: ReportModule },
      { module: SheetModule },
    ),
    adapter,
    { logger: ['error', 'warn'], abortOnError: false },
  );
}

/** Opens the ledger and answers over HTTP. @throws StoreError; an error of the operating system for the port */
export async function startServer({
  prepare,
  port,
  adminToken: given,
  identityProvider,
  webhooks,
  reporting,
  clock,
  onNotice = () => undefined,
  onDamage,
  ...places
}: ServerOptions): Promise<Server> {
  const foundation = await openFoundation(places, { clock, onNotice, onDamage });
  let outbox: Outbox | undefined;
  try {
    outbox = webhooks && (await openOutbox(places));
    const token = adminToken(join(places.dataFolder, 'admin-token.sha256'), given);
    const provider = identityProvider && new OpenIdProvider(identityProvider, foundation.clock, onNotice);
    const app = await appOver(foundation, token.hash, provider);
    const gracefulStop = new GracefulStop(app.getHttpServer());
    await app.init();
    await prepare?.(app, foundation);
    const sender =
      webhooks &&
      outbox &&
      new WebhookSender(webhooks, {
        ...{ ...foundation, outbox, onNotice },
        plans: app.get(PlanReader),
        dues: app.get(DueReader),
      });
    const publisher =
      reporting === undefined
        ? undefined
        : new Publisher(openReporting(reporting), { ...foundation, api: app.get(OwnApi, { strict: false }), onNotice });
    await app.listen(port, '0.0.0.0');
    token.keep();
    // It may come up later than we do.
    void provider?.begin();
    sender?.begin();
    publisher?.begin();
    foundation.evidence.courier?.begin();
    const address = app.getHttpServer().address();
    const actual = typeof address === 'object' && address !== null ? address.port : port;
    return {
      url: `http://localhost:${String(actual)}`,
      app,
      foundation,
      newAdminToken: token.made,
      close: async () => {
        await publisher?.stop();
        await gracefulStop.stop(() => app.close());
        await sender?.stop();
        await outbox?.close();
        await foundation.close();
      },
    };
  } catch (error) {
    await outbox?.close();
    await foundation.close();
    throw error;
  }
}
