#!/bin/sh
# Makes the certificates of the tests again: an authority, and a key for each member that names it as
# remora:process:N, remora:memory:N or remora:client. They protect nothing; their password is in the tests.
set -e
cd "$(dirname "$0")"
rm -f ./*.p12
pass="-storetype PKCS12 -storepass remora -keypass remora -keyalg EC -groupname secp256r1 -validity 36500"
keytool -genkeypair $pass -keystore authority.p12 -alias authority -dname CN=authority -ext bc:c
keytool -exportcert -rfc -keystore authority.p12 -storepass remora -alias authority -file authority.pem
for member in process-1 process-2 process-3 process-4 memory-1 memory-2 memory-3 client; do
  keytool -genkeypair $pass -keystore $member.p12 -alias self -dname CN=$member
  keytool -certreq -keystore $member.p12 -storepass remora -alias self -file request.pem
  keytool -gencert -rfc -keystore authority.p12 -storepass remora -alias authority -validity 36500 \
    -ext "san=uri:remora:$(echo $member | tr - :)" -infile request.pem -outfile certificate.pem
  keytool -importcert -noprompt -keystore $member.p12 -storepass remora -alias authority -file authority.pem
  keytool -importcert -noprompt -keystore $member.p12 -storepass remora -alias self -file certificate.pem
done
rm -f ./*.pem authority.p12
