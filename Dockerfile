# syntax=docker/dockerfile:1
# One image for every role: ROLE=api, worker, bot, or nothing for all three in one process.

FROM oven/bun:1.4.5-debian AS sources
WORKDIR /app
COPY package.json bun.lock bunfig.toml tsconfig.json ./
# Mends of dependencies: bun applies them while installing.
COPY patches patches

FROM sources AS build
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile
COPY . .
RUN bun scripts/run.mjs build

FROM sources AS packages
RUN --mount=type=cache,target=/root/.bun/install/cache bun install --frozen-lockfile --production

FROM oven/bun:1.4.5-debian
LABEL org.opencontainers.image.title="Switchboard"
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0 PORT=3000
WORKDIR /app
# The embedded PostgreSQL runs as the same ordinary user as the product; /data is its volume.
RUN install -d -o bun -g bun -m 0700 /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json bun.lock bunfig.toml tsconfig.json ./
COPY db db
COPY backend backend
COPY bot bot
COPY scripts scripts
USER bun
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bun", "-e", "const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/health`); process.exit(answer.ok ? 0 : 1)"]
CMD ["bun", "backend/src/app/main.ts"]
