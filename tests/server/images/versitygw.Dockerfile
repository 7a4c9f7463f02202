# An S3 server over a folder: buckets are the folders in /data.
ARG BASE
FROM $BASE
COPY versitygw /usr/local/bin/
RUN mkdir /data
VOLUME /data
EXPOSE 7070
CMD ["versitygw", "--port", ":7070", "posix", "/data"]
