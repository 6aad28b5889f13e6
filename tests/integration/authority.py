"""Certificates for the links of nodes."""

import subprocess

from harness import DEADLINE


class Authority:
    """A certificate authority and what it signs."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.pem, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.pem)

    @staticmethod
    def run(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=DEADLINE)

    def settings(self, node):
        pem, key, wish = (self.folder / f"{self.name}-{node}.{end}" for end in ("pem", "key", "csr"))
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={node}",
                 "-keyout", key, "-out", wish)
        self.run("x509", "-req", "-in", wish, "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial", "-days", "2",
                 "-out", pem)
        return {"cluster.certificate": str(pem), "cluster.key": str(key), "cluster.ca": str(self.pem)}
