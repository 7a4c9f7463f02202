# As litestream/litestream: the binary is the entry point, sqlite3 is there to look inside.
ARG BASE
FROM $BASE
RUN apt-get -qq update \
 && apt-get -qq install -y --no-install-recommends sqlite3 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb
COPY litestream /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/litestream"]
