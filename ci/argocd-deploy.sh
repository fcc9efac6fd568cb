#!/bin/sh
# Syncs an application of Argo CD to a revision for which there is a signed go, and to no other. The pipeline made it in a checkout of REVISION:
#
#   preflight run … --attest signing.pem --attestation preflight.att.json
#
# Needs: APP (its name in Argo CD), REVISION (a full commit), PREFLIGHT_ATTESTATION, PREFLIGHT_KEY (release.pub). Optional: PREFLIGHT_LOCK,
# PREFLIGHT_PROFILE. PreSync hooks still run; this holds where they are skipped.
set -eu
: "${APP:?}" "${REVISION:?}" "${PREFLIGHT_ATTESTATION:?}" "${PREFLIGHT_KEY:?}"
set -- verify "$PREFLIGHT_ATTESTATION" --key="$PREFLIGHT_KEY" --commit="$REVISION" --profile="${PREFLIGHT_PROFILE:-prod}"
# Without a lock the attestation may be of a part of the checks, which the pipeline's selection then answers for.
if [ -n "${PREFLIGHT_LOCK:-}" ]; then set -- "$@" --lock="$PREFLIGHT_LOCK"; else set -- "$@" --allow-part; fi
preflight "$@"
# The revision that was verified, not whatever the branch is at by now; the whole application, so that hooks run.
argocd app sync "$APP" --revision "$REVISION"
