# What Kamal would run on its server runs in a shell here.
require "sshkit"
require "sshkit/backends/local"

class ShellHere < SSHKit::Backend::Local
  def initialize(host = nil, &block)
    SSHKit::Backend::Abstract.instance_method(:initialize).bind_call(self, host || SSHKit::Host.new(:local), &block)
  end
end

SSHKit.config.backend = ShellHere
