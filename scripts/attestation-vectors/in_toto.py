"""What in-toto's and securesystemslib's own packages write and verify, recorded from them.

    python3 -m venv VENV && VENV/bin/pip install in-toto-attestation==0.9.3 securesystemslib==1.6.0 cryptography==50.0.2
    npx tsx scripts/attestation-vectors/ours.ts | VENV/bin/python scripts/attestation-vectors/in_toto.py > test/fixtures/attestation-vectors/in-toto.jsonl

The first line names the versions. Then come the attestations of preflight that standard input holds, each with what the packages make of
it, and attestations that the packages wrote over the same statement. Signatures by ECDSA are new each time.
"""

import copy
import json
import platform
import sys
from importlib.metadata import version

import google.protobuf.json_format as pb_json
import in_toto_attestation.v1.statement_pb2 as spb
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

IN_TOTO = "application/vnd.in-toto+json"


def verified(vector):
    """The signature by securesystemslib, then the statement by in-toto-attestation."""
    key = SSlibKey.from_crypto(load_pem_public_key(vector["publicKey"].encode()))
    envelope = copy.deepcopy(vector["envelope"])
    for signature in envelope["signatures"]:
        signature["keyid"] = key.keyid
    try:
        opened = Envelope.from_dict(envelope)
        opened.verify([key], 1)
        statement = Statement.copy_from_pb(pb_json.Parse(opened.payload, spb.Statement()))
        statement.validate()
    except Exception as error:
        return {"verdict": "refused", "error": type(error).__name__}
    return {"verdict": "accepted", "predicateType": statement.pb.predicate_type, "result": statement.pb.predicate["result"], "pae": opened.pae().hex()}


def written(name, private_key, public_key, statement, payload_type=IN_TOTO):
    """The statement as in-toto-attestation writes it, signed by securesystemslib."""
    subjects = []
    for subject in statement["subject"]:
        descriptor = ResourceDescriptor(name=subject.get("name", ""), digest=subject["digest"])
        descriptor.validate()
        subjects.append(descriptor.pb)
    own = Statement(subjects, statement["predicateType"], statement["predicate"])
    own.validate()
    payload = pb_json.MessageToJson(own.pb).encode()
    envelope = Envelope(payload, payload_type, {})
    envelope.sign(CryptoSigner(load_pem_private_key(private_key.encode(), None)))
    return {"writer": "securesystemslib", "key": name, "what": payload_type, "publicKey": public_key, "envelope": envelope.to_dict(), "pae": envelope.pae().hex()}


packages = {name: version(name) for name in ("in-toto-attestation", "securesystemslib", "cryptography", "protobuf")}
print(json.dumps({"packages": packages, "interpreter": f"CPython {platform.python_version()}", "generator": "scripts/attestation-vectors/in_toto.py"}))
vectors = [json.loads(line) for line in sys.stdin]
for vector in vectors:
    print(json.dumps({**vector, **verified(vector)}))
for vector in vectors:
    if vector["what"] != "whole":
        continue
    with open("test/fixtures/attestation-vectors/statement.json") as file:
        statement = json.load(file)
    for payload_type in (IN_TOTO, "application/json", "application/vnd.exämple+json"):
        print(json.dumps(written(vector["key"], vector["privateKey"], vector["publicKey"], statement, payload_type)))
