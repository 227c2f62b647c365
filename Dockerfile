FROM node:24-trixie-slim AS base
WORKDIR /daicho

FROM base AS build
# For the SQLite driver, where it has to be compiled.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 python3-setuptools \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup.mjs scripts/object-wrap.h scripts/
# A layer of its own: installing takes minutes and is needed again only when the packages change.
RUN node --input-type=module --eval "import { ensureReady } from './scripts/setup.mjs'; await ensureReady({ build: false })"
COPY . .
RUN node bin/daicho.mjs --version && npm prune --omit=dev

FROM base
LABEL org.opencontainers.image.title="Daicho" \
  org.opencontainers.image.description="公共計画の進捗台帳 / event-sourced progress ledger for public plans"
ENV NODE_ENV=production
ENV DAICHO_DATA=/data
RUN install --directory --owner=node --group=node /data
COPY --from=build /daicho/package.json ./
COPY --from=build /daicho/node_modules node_modules
COPY --from=build /daicho/dist dist
COPY plans plans
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
# A long ledger may take minutes to be checked and read; a start that is quick is noticed at once.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m --start-interval=1s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1))"]
CMD ["node", "dist/main.js"]
