# An OpenSSH server that gives one user SFTP and nothing else.
ARG BASE
FROM $BASE
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends openssh-server \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /etc/ssh/ssh_host_* \
 && useradd --create-home --shell /usr/sbin/nologin --password '*' replica \
 && install -d -o replica -g replica -m 700 /home/replica/.ssh /home/replica/backup \
 && printf 'Match User replica\n  ForceCommand internal-sftp\n' >/etc/ssh/sshd_config.d/sftp.conf
EXPOSE 22
CMD ["sh", "-c", "mkdir -p /run/sshd; ssh-keygen -A >/dev/null; exec /usr/sbin/sshd -D -e"]
