# Everything but the packages that only development needs; the image's own Node replaces the one npm would bring.
FROM node:26.10.0-slim AS packages
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# The gateway as a few files instead of a thousand, made with packages that only development needs.
FROM node:26.10.0-slim AS bundle
WORKDIR /gateway
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY rolldown.config.ts ./
COPY src ./src
RUN npx rolldown -c

FROM node:26.10.0-slim
# Nothing installs anything any more: what is not there cannot be used by an intruder.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
WORKDIR /gateway
ARG VERSION=unreleased REVISION=unknown
LABEL org.opencontainers.image.title="hood-sor-gateway" \
      org.opencontainers.image.description="One GraphQL graph over Ocamba Hood and FollowAnalytics System of Record" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
COPY --from=packages /gateway/node_modules ./node_modules
COPY package.json package-lock.json LICENSE ./
COPY src ./src
COPY --from=bundle /gateway/dist ./dist
RUN install -d -o 1000 -g 1000 node_modules/.cache
# The user "node", as a number: Kubernetes can tell that it is not root.
USER 1000:1000
# One start leaves behind what it has compiled, for this very Node and user: a container then starts in half the time.
RUN PORT=0 UPSTREAM=sandbox timeout --preserve-status 5 node src/start.js
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so that SIGTERM reaches it and open requests may finish. It writes no file and starts no program.
CMD ["node", "src/start.js"]
