#!/bin/sh
# Makes the keys and certificates of this directory with OpenSSL 3, in the forms that people bring. They guard nothing.
# The passphrase of the encrypted ones is "correct horse".
set -eu
cd "$(dirname "$0")"
days=36500
pass=pass:correct\ horse

openssl genrsa -out rsa.pkcs8.key 2048
openssl rsa -in rsa.pkcs8.key -traditional -out rsa.pkcs1.key
openssl rsa -in rsa.pkcs8.key -traditional -aes256 -passout "$pass" -out rsa.pkcs1.encrypted.key
openssl rsa -in rsa.pkcs8.key -traditional -des3 -passout "$pass" -out rsa.pkcs1.des3.key
openssl pkcs8 -topk8 -in rsa.pkcs8.key -v2 aes-256-cbc -passout "$pass" -out rsa.pkcs8.encrypted.key
openssl pkcs8 -topk8 -in rsa.pkcs8.key -scrypt -passout "$pass" -out rsa.pkcs8.scrypt.key
openssl req -x509 -new -key rsa.pkcs8.key -days $days -subj /CN=rsa.test -addext subjectAltName=DNS:rsa.test -out rsa.crt

openssl ecparam -name prime256v1 -genkey -out ec.parameters.key # EC PARAMETERS, then EC PRIVATE KEY
openssl ec -in ec.parameters.key -aes128 -passout "$pass" -out ec.sec1.encrypted.key
openssl pkcs8 -topk8 -nocrypt -in ec.parameters.key -out ec.pkcs8.key
openssl ec -in ec.parameters.key -no_public -out ec.nopublic.key
openssl req -x509 -new -key ec.pkcs8.key -days $days -subj /CN=ec.test -addext subjectAltName=DNS:ec.test -out ec.crt

openssl genpkey -algorithm ed25519 -out ed25519.key
openssl req -x509 -new -key ed25519.key -days $days -subj /CN=ed.test -addext subjectAltName=DNS:ed.test -out ed25519.crt

openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out rsapss.key
openssl req -x509 -new -key rsapss.key -days $days -subj /CN=pss.test -addext subjectAltName=DNS:pss.test -out rsapss.crt

openssl genpkey -algorithm x25519 -out x25519.key # agrees on keys, cannot sign
openssl x509 -in rsa.crt -text -out rsa.text.crt # prose before the block, as "openssl x509 -text" writes it
openssl x509 -in ec.crt -outform der -out ec.der
