# As the official redis image behaves: data in /data, its entry point begins as root and gives /data
# to the user redis.
ARG BASE
FROM $BASE
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb \
 && install -d -o redis -g redis /data
WORKDIR /data
EXPOSE 6379
HEALTHCHECK --interval=1s --timeout=3s CMD redis-cli ping | grep -q PONG
ENTRYPOINT ["sh", "-c", "chown redis: /data && exec setpriv --reuid=redis --regid=redis --init-groups -- \"$@\"", "sh"]
CMD ["redis-server", "--bind", "*", "--protected-mode", "no"]
