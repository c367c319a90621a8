"""Certificate authorities for the time of one run. This side trusts the first one; further ones are strangers."""

import datetime
import os

from .hosts import run


class Authority:
    def __init__(self, directory, name=""):
        self.directory = f"{directory}/ca{name}"
        self.issued = 0
        os.mkdir(self.directory)
        self.file = f"{self.directory}/ca.pem"
        self.key = f"{self.directory}/ca.key"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            f"/CN={name or 'Lab Authority'}", "-days", "3650", "-keyout", self.key, "-out", self.file)
        if not name:
            self.trust()

    def trust(self):
        """Into this process's own view of /etc/ssl/certs: the bundle, and the name that OpenSSL looks up."""
        for name in ("upper", "work"):
            os.mkdir(f"{self.directory}/{name}")
        run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc/ssl/certs,upperdir="
            f"{self.directory}/upper,workdir={self.directory}/work", "/etc/ssl/certs")
        with open(self.file) as file:
            text = file.read()
        with open("/etc/ssl/certs/ca-certificates.crt", "a") as bundle:
            bundle.write(text)
        hashed = run("openssl", "x509", "-noout", "-hash", "-in", self.file).strip()
        for name in ("lab-authority.pem", f"{hashed}.0"):
            with open(f"/etc/ssl/certs/{name}", "w") as file:
                file.write(text)

    def issue(self, host, path, names, fromDays, toDays, isSelfSigned=False):
        """PATH.crt, PATH.key and its issuer's PATH.ca on the host; the days count from now and may be negative."""
        now = datetime.datetime.now(datetime.timezone.utc)
        start, end = ((now + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ") for days in (fromDays, toDays))
        self.issued += 1
        work = f"{self.directory}/{self.issued}"
        os.mkdir(work)
        with open(f"{work}/ca.cnf", "w") as file:
            file.write(f"[ca]\ndefault_ca=lab\n[lab]\ndatabase={work}/index\nserial={work}/serial\nnew_certs_dir={work}\n"
                       "default_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n[leaf]\nsubjectAltName="
                       + ",".join(f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names) + "\n")
        open(f"{work}/index", "w").close()
        with open(f"{work}/serial", "w") as file:
            file.write(f"{abs(hash((path, toDays))) % (1 << 60) + 1:016x}\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            f"/CN={names[0]}", "-keyout", f"{work}/key", "-out", f"{work}/request")
        signer = ["-selfsign", "-keyfile", f"{work}/key"] if isSelfSigned else ["-cert", self.file, "-keyfile", self.key]
        run("openssl", "ca", "-batch", "-notext", "-config", f"{work}/ca.cnf", *signer,
            "-extensions", "leaf", "-startdate", start, "-enddate", end, "-in", f"{work}/request", "-out",
            f"{work}/certificate")
        for kind, source, mode in (("crt", f"{work}/certificate", 0o644), ("key", f"{work}/key", 0o600),
                                   ("ca", f"{work}/certificate" if isSelfSigned else self.file, 0o644)):
            with open(source) as file:
                host.write(f"{path}.{kind}", file.read(), mode)
