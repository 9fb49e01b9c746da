#!/usr/bin/env python3
"""Uses every kind of credential there is, rightly and wrongly, and writes down what must be in no log.

Into --out goes each secret on a line of its own, and every form in which it was sent or got: as base64, in a query, as tokens.
Passwords come from files and go nowhere but into requests, so the list of processes does not have them either.
"""

import argparse
import base64
import json
import secrets
import socket
import ssl
import urllib.parse

from registry import Registry, digest_of

REPOSITORY = "secrets/app"


class Run:
    def __init__(self, options):
        self.options = options
        # On a connection that is kept, where it is kept.
        self.registry = Registry(options.port, options.ca)
        self.seen = set()

    def secret(self, text):
        """Remembers it, and the three ways in which base64 has it somewhere in its middle."""
        self.seen.add(text)
        for start in range(3):
            encoded = base64.b64encode(b"\0" * start + text.encode())
            self.seen.add(encoded[4 if start else 0:len(encoded) - 4].decode())
        return text

    def fresh(self):
        return self.secret(secrets.token_hex(16))

    def pair(self, user, password):
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.seen.add(encoded)
        return encoded

    def send(self, method, path, authorization=None, body=None, headers=None):
        fields = dict(headers or {})
        if authorization is not None:
            fields["Authorization"] = authorization
        return self.registry.request(method, path, body, fields)

    def raw(self, text):
        """What no library sends; whatever comes back."""
        context = ssl.create_default_context(cafile=self.options.ca)
        with socket.create_connection(("localhost", self.options.port), 20) as tcp:
            with context.wrap_socket(tcp, server_hostname="localhost") as tls:
                try:
                    tls.sendall(text.encode())
                    tls.settimeout(10)
                    tls.recv(4096)
                except OSError:
                    pass

    def tokens(self, authorization):
        """Access and refresh token of a login; empty where it is refused."""
        scope = urllib.parse.quote(f"repository:{REPOSITORY}:pull,push")
        answer = self.send("GET", f"/auth/token?service=wharfgate&offline_token=true&client_id=it&scope={scope}", authorization)
        found = set()
        if answer.status == 200:
            said = answer.json()
            found = {said[name] for name in ("token", "access_token", "refresh_token") if said.get(name)}
        for token in found:
            # Each part alone is too much too: what it says, and its signature.
            self.seen.update([token, *token.split(".")[1:]])
        return found

    def form(self, **fields):
        return self.send("POST", "/auth/token", body=urllib.parse.urlencode({"service": "wharfgate", "client_id": "it", **fields}),
                         headers={"Content-Type": "application/x-www-form-urlencoded"})

    def logins(self, user, password):
        basic = "Basic " + self.pair(user, password)
        self.send("GET", "/v2/", basic)
        self.form(grant_type="password", username=user, password=password)
        for token in self.tokens(basic):
            for use in ("Bearer " + token, "bearer " + token, "Basic " + self.pair(user, token), "Bearer " + token + "x"):
                self.send("GET", f"/v2/{REPOSITORY}/tags/list", use)
            self.form(grant_type="refresh_token", refresh_token=token)
            self.form(grant_type="refresh_token", refresh_token=token[:-4])
            self.send("GET", f"/v2/{REPOSITORY}/tags/list?access_token={token}&token={token}", "Bearer " + token)

    def push_and_pull(self, user, password):
        registry = Registry(self.options.port, self.options.ca, user, password)
        content = secrets.token_bytes(50_000)
        digest = registry.push_blob(REPOSITORY, content)
        registry.expect(200, "GET", f"/v2/{REPOSITORY}/blobs/{digest}")
        assert digest == digest_of(content)
        registry.close()

    def oddities(self):
        for form in ("Basic {}", "Bearer {}", "Token {}", "Negotiate {}", "Digest username=\"alice\", response=\"{}\"", "{}", "Basic  {}"):
            self.send("GET", "/v2/", form.format(self.fresh()))
        wrong = self.fresh()
        self.send("GET", "/v2/", "Basic " + base64.b64encode(wrong.encode()).decode())
        forged = {name: self.fresh() for name in (
            "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Forwarded-Authorization", "X-Amz-Security-Token", "Private-Token")}
        self.send("GET", "/v2/", headers=forged)
        for name in ("access_token", "token", "password", "_state", "sig", "X-Amz-Signature"):
            for path in ("/v2/", f"/v2/{REPOSITORY}/tags/list", "/", "/nothing", "/auth/token"):
                self.send("GET", f"{path}?{name}={self.fresh()}")
        for line in ("GET https://alice:{}@localhost/v2/ HTTP/1.1", "CONNECT alice:{}@localhost:443 HTTP/1.1"):
            self.raw(line.format(self.fresh()) + "\r\nHost: localhost\r\n\r\n")
        self.raw(f"GET /v2/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {self.fresh()}\r\nAuthorization: Bearer {self.fresh()}\r\n\r\n")
        self.raw(f"GET /v2/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {self.fresh()}\x01\r\n\r\n")
        self.raw(f"GET /v2/ HTTP/1.1\r\nAuthorization : Bearer {self.fresh()}\r\nHost: localhost\r\n\r\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--passwords", nargs="+", required=True, help="files: the user's password, and his tokens for robots")
    parser.add_argument("--also", nargs="*", default=[], help="files with secrets that others use")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    run = Run(options)
    for name in options.passwords + options.also:
        with open(name, encoding="utf-8") as file:
            text = run.secret(file.read().strip())
        if name in options.passwords:
            run.logins(options.user, text)
    with open(options.passwords[0], encoding="utf-8") as file:
        run.push_and_pull(options.user, file.read().strip())
    run.logins(options.user, run.fresh())
    run.logins("nobody", run.fresh())
    run.oddities()
    with open(options.out, "a", encoding="utf-8") as file:
        file.writelines(secret + "\n" for secret in sorted(run.seen) if len(secret) >= 12)
    print(json.dumps({"secrets": len(run.seen)}))


if __name__ == "__main__":
    main()
