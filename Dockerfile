# The sanitize function: our code, Node, and Debian's qpdf, perl and clamd. Promote and fail-closed are not in here.
# The same image is a worker with another command (docs/deploy.md). The package list is a file of its own, which a test
# installs into an empty Debian.

FROM public.ecr.aws/docker/library/node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM public.ecr.aws/docker/library/debian:bookworm-slim
COPY image/packages.txt /tmp/packages.txt
RUN apt-get update \
 && xargs -a /tmp/packages.txt apt-get install -y --no-install-recommends \
 && freshclam --stdout \
 && rm -rf /var/lib/apt/lists/* /tmp/packages.txt
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY lib ./lib
COPY lambdas ./lambdas
# Lambda runs the image as a user without rights whatever stands here, who is in no list of users; other hosts obey it.
# Without a list to look in, the SDK ends the process over a missing HOME; and one that a worker can write to could
# hold a configuration for the SDK.
ENV HOME=/nonexistent
USER nobody
ENTRYPOINT ["/usr/local/bin/node", "/app/lambdas/runtime.ts", "/app/lambdas/sanitize.ts"]
