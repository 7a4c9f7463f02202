# As basecamp/kamal-proxy: it keeps its state in the user's home and its socket in /tmp.
ARG BASE
FROM $BASE
RUN useradd --uid 1000 --create-home kamal-proxy \
 && install -d -o kamal-proxy -g kamal-proxy /home/kamal-proxy/.config /home/kamal-proxy/.config/kamal-proxy
COPY kamal-proxy /usr/local/bin/
USER kamal-proxy
WORKDIR /home/kamal-proxy
EXPOSE 80 443
CMD ["kamal-proxy", "run"]
