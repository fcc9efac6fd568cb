# The image of preflight, for a Job or a container's gate. docs/releasing.md says how it is built: the tarball lies beside this file.
# The digest of the base has no default: give the one that you have reviewed.
ARG NODE_DIGEST
FROM node:22.12.0-bookworm-slim@${NODE_DIGEST}

ARG PREFLIGHT_TARBALL=arqonbus-preflight-0.1.0.tgz
ARG PREFLIGHT_INTEGRITY
COPY ${PREFLIGHT_TARBALL} /tmp/preflight.tgz
RUN test "sha512-$(node -p 'require("crypto").createHash("sha512").update(require("fs").readFileSync("/tmp/preflight.tgz")).digest("base64")')" = "$PREFLIGHT_INTEGRITY" \
  && npm install --global --offline --ignore-scripts --no-audit --no-fund /tmp/preflight.tgz \
  && rm -rf /tmp/preflight.tgz /root/.npm

# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /deployment
# It has no port to ask. What can be asked is whether the program starts.
HEALTHCHECK --interval=1m --timeout=10s --retries=3 CMD ["preflight", "--version"]
ENTRYPOINT ["preflight"]
CMD ["--help"]
